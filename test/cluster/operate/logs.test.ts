import type { ApiServer } from '../../../src/cluster/connection/api-server';
import { readLogs } from '../../../src/cluster/operate/logs';

test('a pod that starts while the logs are followed is read from its first line', async () => {
  const pod = (name: string) => ({
    metadata: { name, namespace: 'shop', uid: name, labels: { 'app.kubernetes.io/name': 'web' } },
    status: { containerStatuses: [{ name: 'web', restartCount: 0, state: { running: {} } }] },
  });
  const stop = new AbortController();
  const paths: string[] = [];
  let looks = 0;
  const api = {
    json: () => Promise.resolve({ items: ++looks === 1 ? [pod('web-0')] : [pod('web-0'), pod('web-1')] }),
    stream: (path: string) => {
      paths.push(path);
      if (paths.length === 2) stop.abort();
      return Promise.resolve(undefined);
    },
  } as unknown as ApiServer;
  const web = { object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } } };
  const workload = { ...web, place: () => undefined };
  await readLogs([workload], api, {
    sinceSeconds: 60,
    tail: 5,
    follow: true,
    stop: stop.signal,
    onLine: () => undefined,
  });
  expect(paths).toEqual([
    expect.stringContaining('/web-0/log?container=web&timestamps=true&follow=true&sinceSeconds=60&tailLines=5'),
    expect.stringMatching(/\/web-1\/log\?container=web&timestamps=true&follow=true$/),
  ]);
}, 20_000);
