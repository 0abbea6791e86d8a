import { readFileSync } from 'node:fs';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { dockerArguments } from '../../../src/images/docker/pod-in-docker';

test('a container runs in Docker as in the cluster', () => {
  const configMaps = new Map<string, V1ConfigMap>([
    ['words', { metadata: { name: 'words' }, data: { 'a.txt': 'orange\n' } }],
  ]);
  const args = dockerArguments(
    {
      securityContext: { runAsUser: 1000, runAsGroup: 1001 },
      volumes: [
        { name: 'files', configMap: { name: 'words' } },
        { name: 'tmp', emptyDir: {} },
      ],
      containers: [
        {
          name: 'a',
          image: 'shop/a:1',
          command: ['node', 'x'],
          args: ['--fast'],
          env: [
            { name: 'PORT', value: '8080' },
            { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          ],
          volumeMounts: [
            { name: 'files', mountPath: '/etc/a.txt', subPath: 'a.txt' },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
    },
    { configMaps, secret: (name, key) => `${name}:${key}` },
  );
  const volume = args[args.indexOf('--volume') + 1]!;
  expect(readFileSync(volume.split(':')[0]!, 'utf8')).toBe('orange\n');
  expect(volume.endsWith(':/etc/a.txt:ro')).toBe(true);
  expect(args.filter((arg) => arg !== volume && arg !== '--volume')).toEqual([
    '--read-only',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--tmpfs',
    '/tmp:uid=1000,gid=1001,mode=0770',
    '--env',
    'PORT=8080',
    '--env',
    'PASSWORD=db:password',
    '--entrypoint',
    'node',
    'shop/a:1',
    'x',
    '--fast',
  ]);
});
