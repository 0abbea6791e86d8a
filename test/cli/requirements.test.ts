import { app, callsign, callsignProcess, temporaryFolder } from './run';

const folder = temporaryFolder();
const INGRESS = '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: door }, spec: {} }\n';
const PVC = '{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data }, spec: {} }\n';

test('needs of the charts, each with those that need it', async () => {
  expect(await callsign(['requirements', '--app', app('shop.ts')])).toEqual({
    code: 0,
    error: '',
    out: `The cluster needs:
  Kubernetes 1.30 or newer, for lifecycle.preStop.sleep (Deployment shop/cart and 1 more)
  a network plugin that enforces NetworkPolicies. Other plugins ignore them without a message (NetworkPolicy shop/cart and 2 more)
`,
  });
});

test("needs of anybody's manifests, in folders, files and on standard input", async () => {
  folder.put('a.yaml', INGRESS);
  const b = folder.put('b/b.yaml', PVC);
  const both =
    'The cluster needs:\n  an ingress controller with the default class (Ingress door)\n  a default storage class (PersistentVolumeClaim data)\n';
  expect((await callsign(['requirements', folder.path])).out).toBe(both);
  expect(callsignProcess(['requirements', b, '-'], { input: INGRESS })).toEqual({ code: 0, out: both, error: '' });
});

test('needs of manifests that need nothing', async () => {
  expect(
    (
      await callsign([
        'requirements',
        folder.put('a.yaml', '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a } }\n'),
      ])
    ).out,
  ).toBe('Any cluster will do.\n');
});

test('needs for a program', async () => {
  const { out } = await callsign(['requirements', folder.put('a.yaml', INGRESS), '--json']);
  expect(JSON.parse(out)).toEqual({
    requirements: [
      {
        kind: 'ingress-controller',
        what: 'an ingress controller with the default class',
        objects: ['Ingress door'],
      },
    ],
  });
});

test('what cannot be read is told, and no half of the needs', async () => {
  const { code, out } = await callsign([
    'requirements',
    folder.put('a.yaml', INGRESS),
    folder.put('b.yaml', 'kind: [\n'),
  ]);
  expect([code, out]).toEqual([1, expect.stringContaining('[yaml-invalid]')]);
  expect(out).not.toContain('ingress');
});
