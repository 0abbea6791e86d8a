import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Image, Microservice, type MicroserviceBase } from '../../../src/index';
import { KEEPER } from '../../../src/constructs/microservice/pod/live';
import { chart, find, objectsOf, problemsOf } from '../render';

describe('a microservice with live: true', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-live-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function cart(dockerfile: string, options: Partial<MicroserviceBase> = {}) {
    mkdirSync(join(folder, 'cart'), { recursive: true });
    writeFileSync(join(folder, 'cart/Dockerfile'), dockerfile);
    return chart(
      (scope) => new Microservice(scope, 'cart', { image: Image.service('cart', { folder }), live: true, ...options }),
    );
  }
  const template = (...given: Parameters<typeof cart>) =>
    find(objectsOf(cart(...given)), 'Deployment', 'cart').spec.template;
  const FILE =
    'FROM node:24-slim AS dependencies\nWORKDIR /app\nFROM node:24-slim\nWORKDIR /app\nCOPY cart ./cart\nCMD ["node", "cart/main.js"]\n';

  test('the source is copied as the user of the program, if a sidecar has the user of its image', () => {
    const image = Image.of('shop/proxy:1');
    const exceptions = [{ runAs: 'image', reason: 'The image has its own user.' }] as const;
    const { spec } = template(FILE, { sidecars: { proxy: { image, exceptions } } });
    const [live, proxy] = spec.initContainers;
    expect(live.securityContext).toEqual(spec.containers[0].securityContext);
    expect([live.securityContext.runAsUser, proxy.securityContext.runAsUser]).toEqual([1000, undefined]);
  });

  test('the source is copied to a writable folder, and the root file system stays read-only', () => {
    const { metadata, spec } = template(FILE);
    const [container] = spec.containers;
    expect(metadata.annotations).toEqual({ 'callsign.dev/live': '/app' });
    expect(spec.initContainers).toMatchObject([
      {
        image: container.image,
        command: ['cp', '-R', '/app/.', '/live'],
        volumeMounts: [{ name: 'live', mountPath: '/live' }],
      },
    ]);
    expect(spec.volumes[0]).toEqual({ name: 'live', emptyDir: { sizeLimit: '1Gi' } });
    expect(container.volumeMounts).toEqual([
      { name: 'live', mountPath: '/app' },
      { name: 'writable-0', mountPath: '/tmp' },
    ]);
    for (const { securityContext } of [container, spec.initContainers[0]]) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
  });

  test('it has only a readiness probe', () => {
    expect(Object.keys(template(FILE).spec.containers[0]).filter((key) => key.endsWith('Probe'))).toEqual([
      'readinessProbe',
    ]);
  });

  test.each<[string, string, Partial<MicroserviceBase>, string[]]>([
    ['the last CMD', 'CMD ["a"]\nCMD ["node", "cart/main.js"]', {}, ['node', 'cart/main.js']],
    [
      'ENTRYPOINT and CMD',
      'ENTRYPOINT ["node", "--enable-source-maps"]\nCMD ["cart/main.js"]',
      {},
      ['node', '--enable-source-maps', 'cart/main.js'],
    ],
    ['a line of plain words', 'CMD node cart/main.js', {}, ['node', 'cart/main.js']],
    ['a line with a variable', 'ENV NAME=cart\nCMD exec node $NAME/main.js', {}, ['node', 'cart/main.js']],
    ['a line for the shell', 'CMD node cart/main.js | tee', {}, ['sh', '-c', 'exec node cart/main.js | tee']],
    ['a line with an unknown variable', 'CMD exec node $DIR/main.js', {}, ['sh', '-c', 'exec node $DIR/main.js']],
    [
      'the option args',
      'ENTRYPOINT ["node"]\nCMD ["cart/main.js"]',
      { args: ['cart/other.js'] },
      ['node', 'cart/other.js'],
    ],
    ['the option command', 'ENTRYPOINT ["node"]\nCMD ["cart/main.js"]', { command: ['/bin/cart'] }, ['/bin/cart']],
  ])('it runs %s', (_, lines, options, program) => {
    const [container] = template(`FROM node:24-slim\nWORKDIR /app\nCOPY cart ./\n${lines}\n`, options).spec.containers;
    expect(container.command).toEqual(['sh', '-c', KEEPER, 'live', ...program]);
    expect(container).not.toHaveProperty('args');
  });

  test.each([
    ['no WORKDIR', 'FROM node:24-slim\nCOPY cart /app/cart\nCMD ["node", "x"]\n'],
    ['the root as WORKDIR', 'FROM node:24-slim\nWORKDIR /\nCOPY cart /app/cart\nCMD ["node", "x"]\n'],
    ['no program', 'FROM node:24-slim\nWORKDIR /app\nCOPY cart ./cart\n'],
    [
      'only files of another build stage',
      'FROM node:24-slim AS build\nCOPY cart ./cart\nFROM node:24-slim\nWORKDIR /app\nCOPY --from=build /app ./\nCMD ["node", "x"]\n',
    ],
    ['sources outside WORKDIR', 'FROM node:24-slim\nWORKDIR /app\nCOPY cart /cart\nCMD ["node", "x"]\n'],
  ])('a Dockerfile with %s is a problem', (_, dockerfile) => {
    expect(problemsOf(cart(dockerfile))).toMatchObject([
      { code: 'live-invalid', field: 'live', got: expect.stringContaining('cart/Dockerfile') },
    ]);
  });

  test('an image without a Dockerfile is a problem, but only with live', () => {
    expect(problemsOf(cart(FILE, { image: Image.of('shop/cart:1') }))).toMatchObject([
      { code: 'live-invalid', got: 'the image "shop/cart:1"' },
    ]);
    expect(objectsOf(cart(FILE, { image: Image.of('shop/cart:1'), live: false })).length).toBeGreaterThan(0);
  });
});

describe('the script that restarts the program', () => {
  /** Runs a program with the script. Returns the lines of its output and the exit code. */
  function keep(program: string) {
    const child = spawn('sh', ['-c', KEEPER, 'live', process.execPath, '-e', program]);
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
    const ended = new Promise<number | null>((resolve) => {
      child.on('exit', resolve);
    });
    const printed = async (n: number, line: string) => {
      while (lines.filter((text) => text.includes(line)).length < n) await sleep(20);
    };
    return { child, ended, printed, lines };
  }
  const SERVER =
    "process.on('SIGTERM', () => { console.log('down'); process.exit(0); }); setInterval(() => {}, 1000); console.log('up');";

  test('restarts the program on SIGHUP after a graceful stop, and stops it on SIGTERM', async () => {
    const { child, ended, printed, lines } = keep(SERVER);
    await printed(1, 'up');
    child.kill('SIGHUP');
    await printed(2, 'up');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(lines).toEqual(['up', 'down', 'up', 'down']);
  });

  test('keeps running when the program exits, and exits on SIGTERM', async () => {
    const { child, ended, printed } = keep('process.exit(3)');
    await printed(1, 'the program ended with 3');
    child.kill('SIGHUP');
    await printed(2, 'the program ended with 3');
    child.kill('SIGTERM');
    expect(await ended).toBe(3);
  });

  test('kills a program that ignores SIGTERM', async () => {
    const { child, ended, printed } = keep(
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up');",
    );
    await printed(1, 'up');
    child.kill('SIGHUP');
    await printed(2, 'up');
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect(await ended).toBe(137);
  }, 30_000);
});
