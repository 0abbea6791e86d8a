import { app, callsign, callsignProcess, temporaryFolder } from './run';

const folder = temporaryFolder();
const INGRESS = '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: gateway }, spec: {} }\n';
const PVC = '{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data }, spec: {} }\n';

test('lists the requirements of the charts, each with its objects', async () => {
  expect(await callsign(['requirements', '--app', app('shop.ts')])).toEqual({
    code: 0,
    error: '',
    out: `Cluster requirements:
  Kubernetes 1.30 or newer, for lifecycle.preStop.sleep (Deployment shop/cart and 1 more)
  a network plugin that enforces NetworkPolicies. Other plugins ignore them without a message (NetworkPolicy shop/cart and 2 more)
`,
  });
});

test('lists the requirements of any manifests, in folders, files and on standard input', async () => {
  folder.put('a.yaml', INGRESS);
  const b = folder.put('b/b.yaml', PVC);
  const both =
    'Cluster requirements:\n  an ingress controller with the default class (Ingress gateway)\n  a default storage class (PersistentVolumeClaim data)\n';
  expect((await callsign(['requirements', folder.path])).out).toBe(both);
  expect(callsignProcess(['requirements', b, '-'], { input: INGRESS })).toEqual({ code: 0, out: both, error: '' });
});

test('manifests without requirements', async () => {
  expect(
    (
      await callsign([
        'requirements',
        folder.put('a.yaml', '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a } }\n'),
      ])
    ).out,
  ).toBe('Cluster requirements: none\n');
});

test('--json prints the requirements', async () => {
  const { out } = await callsign(['requirements', folder.put('a.yaml', INGRESS), '--json']);
  expect(JSON.parse(out)).toEqual({
    requirements: [
      {
        kind: 'ingress-controller',
        what: 'an ingress controller with the default class',
        objects: ['Ingress gateway'],
      },
    ],
  });
});

test('a file that cannot be read is a problem, and no requirements are listed', async () => {
  const { code, out } = await callsign([
    'requirements',
    folder.put('a.yaml', INGRESS),
    folder.put('b.yaml', 'kind: [\n'),
  ]);
  expect([code, out]).toEqual([1, expect.stringContaining('[yaml-invalid]')]);
  expect(out).not.toContain('ingress');
});
