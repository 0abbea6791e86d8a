import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsign } from './run';

const run = (argv: string[], environment = {}) => callsign(argv, { environment });

describe('environments', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-environment-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('--env writes the manifests of that environment', async () => {
    expect(await run(['synth', '--env', 'prod', '--out', folder])).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'blog.k8s.yaml'), 'utf8')).toContain('hostname: blog.example.com');
  });

  test('a shell variable overrides the environment', async () => {
    expect(
      await run(['synth', '--env', 'prod', '--out', folder], { CALLSIGN_GATEWAY_HOST: 'other.example.com' }),
    ).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'blog.k8s.yaml'), 'utf8')).toContain('hostname: other.example.com');
  });

  test('an unknown CALLSIGN variable is a problem, and nothing is written', async () => {
    const { code, out } = await run(['synth', '--out', join(folder, 'new')], { CALLSIGN_COMENTS_REPLICAS: '2' });
    expect([code, existsSync(join(folder, 'new'))]).toEqual([1, false]);
    expect(out).toMatch(/\[override-unused\][^]*Write CALLSIGN_COMMENTS_REPLICAS/);
  });

  test('an unknown environment is an error that lists the known environments', async () => {
    expect(await run(['synth', '--env', 'live'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('Unknown environment: "live". Expected: dev, staging, prod.'),
    });
  });

  test('--env and --explain are errors for an app without environments', async () => {
    const app = join(folder, 'app.js');
    writeFileSync(app, `module.exports = new (require(${JSON.stringify(require.resolve('cdk8s'))}).App)();`);
    expect(await run(['graph', '--app', app, '--env', 'prod'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('has no environments'),
    });
    expect(await run(['synth', '--app', app, '--explain', 'a.b'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('defineApp'),
    });
  });

  test('--compare lists the differences and writes nothing', async () => {
    const { code, out } = await run(['synth', '--env', 'prod', '--compare', 'staging', '--out', folder]);
    expect(code).toBe(0);
    expect(out).toContain(
      'HTTPRoute blog/gateway · spec.hostnames[0]: "blog.example.com" → "staging.blog.example.com"\n',
    );
    expect(out).toContain('HorizontalPodAutoscaler blog/query: only in prod\n');
    expect(out).toMatch(/\n\d+ differences from prod to staging\n$/);
    expect(existsSync(join(folder, 'blog.k8s.yaml'))).toBe(false);
    const { out: same } = await run(['synth', '--env', 'prod', '--compare', 'prod']);
    expect(same).toBe('0 differences from prod to prod\n');
    const { out: json } = await run(['synth', '--compare', 'dev', '--json']);
    expect(JSON.parse(json)).toContainEqual({
      object: 'Deployment blog/comments',
      field: 'spec.replicas',
      from: 2,
      to: 1,
    });
  });

  test('--explain shows where a value comes from', async () => {
    const { out } = await run(['synth', '--env', 'dev', '--explain', 'comments.replicas'], {
      CALLSIGN_COMMENTS_REPLICAS: '7',
    });
    expect(out).toBe(
      '  2  the default\n  2  the chart\n  1  the environment dev\n→ 7  the variable CALLSIGN_COMMENTS_REPLICAS\n',
    );
    expect(await run(['synth', '--explain', 'comments.replica'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('Did you mean comments.replicas?'),
    });
    const { out: json } = await run(['synth', '--explain', 'comments.replicas', '--json']);
    expect(JSON.parse(json)).toEqual([
      { value: 2, source: 'the default' },
      { value: 2, source: 'the chart' },
    ]);
    expect(await run(['synth', '--explain', 'a.b', '--compare', 'dev'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('exclude each other'),
    });
  });
});
