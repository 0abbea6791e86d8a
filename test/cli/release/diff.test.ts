import { readFileSync } from 'node:fs';
import { temporaryFolder } from '../run';
import { APP, WEB, KEY, base64, OURS, deployment, secret, SCALED_TO_5, status, releaseCluster } from './cluster';

const { callsign, is, writes } = releaseCluster();
const folder = temporaryFolder();

describe('diff', () => {
  test('no difference: exit code 0, and the first line says where it looks', async () => {
    is();
    const { code, out } = await callsign(['diff', ...APP]);
    expect(out).toBe('context kind-dev, namespace shop, Kubernetes v1.36.3\nno differences in 2 objects\n');
    expect(code).toBe(0);
  });

  test('a difference: exit code 1, field by field, and nothing is written', async () => {
    is(SCALED_TO_5);
    const { code, out } = await callsign(['diff', ...APP]);
    expect(out).toContain('~ Deployment shop/web\n    spec.replicas: 5 → 2\n1 to change, 1 unchanged\n');
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
  });

  test('colors only on a terminal', async () => {
    is(SCALED_TO_5);
    const colored = await callsign(['diff', ...APP], { terminal: true });
    const plain = await callsign(['diff', ...APP]);
    expect(colored.out).toContain('\u001B[32m2\u001B[39m');
    expect(plain.out).not.toContain('\u001B');
  });

  test('what the API server and controllers write is no difference', async () => {
    const live = deployment(2);
    is({
      [`GET ${WEB}`]: [
        200,
        { ...live, metadata: { ...live.metadata, resourceVersion: '9', generation: 2 }, status: {} },
      ],
    });
    expect((await callsign(['diff', ...APP])).code).toBe(0);
  });

  test('an object in a new namespace is created, and only checked offline', async () => {
    const missing = status(404, 'namespaces "shop" not found', { details: { name: 'shop', kind: 'namespaces' } });
    const none = status(404, 'not found');
    is({ [`GET ${WEB}`]: none, [`GET ${KEY}`]: none, [`DRY-RUN ${WEB}`]: missing, [`DRY-RUN ${KEY}`]: missing });
    const { out } = await callsign(['diff', ...APP]);
    expect(out).toContain('+ Deployment shop/web  (checked offline only)');
    expect(out).toContain('2 objects checked offline only: the namespace shop does not exist yet');
  });

  test('values of Secrets are masked, as text, as JSON and in a saved plan', async () => {
    const leaking = deployment(2, [OURS], 'web:hidden-token');
    is({ [`GET ${KEY}`]: [200, secret('former-token')], [`GET ${WEB}`]: [200, leaking] });
    const file = `${folder.path}/plan.json`;
    const text = await callsign(['diff', ...APP, '--save', file]);
    const json = await callsign(['diff', ...APP, '--json']);
    expect(text.out).toContain('data.token: "••••••" → "••••••"');
    expect(text.out).toContain('image: "web:••••••" → "web:1"');
    for (const output of [text.out, json.out, json.error, readFileSync(file, 'utf8')])
      for (const value of ['former-token', 'hidden-token', base64('former-token'), base64('hidden-token')])
        expect(output).not.toContain(value);
  });

  test('a webhook that does not support dry runs', async () => {
    is({ [`DRY-RUN ${WEB}`]: status(400, 'admission webhook "a.example.com" does not support dry run') });
    expect((await callsign(['diff', ...APP])).out).toContain('checked offline only: admission webhook');
  });
});
