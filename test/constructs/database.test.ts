import { Size } from 'cdk8s';
import { Database, type DatabaseOptions, Image } from '../../src/index';
import { chart, find, objectsOf } from './render';

function render(options: DatabaseOptions = {}, id = 'orders-db') {
  const objects = objectsOf(chart((scope) => new Database(scope, id, options)));
  const statefulSet = find(objects, 'StatefulSet', id);
  const pod = statefulSet.spec.template.spec;
  return { objects, statefulSet, pod, container: pod.containers[0], job: objects.find(({ kind }) => kind === 'Job')! };
}

test('by default it is one PostgreSQL behind a headless name, its data on a claim that is kept', () => {
  const { objects, statefulSet, pod, container } = render();
  expect(statefulSet.spec).toMatchObject({ serviceName: 'orders-db', replicas: 1, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } });
  expect(statefulSet.spec.volumeClaimTemplates).toMatchObject([{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }]);
  expect(find(objects, 'Service', 'orders-db').spec).toMatchObject({ clusterIP: 'None', ports: [{ name: 'postgres', port: 5432, targetPort: 'postgres' }] });
  expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsUser: 999, fsGroup: 999, runAsNonRoot: true } });
  expect(container).toMatchObject({
    image: 'postgres:17', args: ['-c', 'max_connections=200'], securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  });
  expect(container.readinessProbe.exec.command.join(' ')).toContain('SELECT 1');
  expect(container.livenessProbe.tcpSocket.port).toBe('postgres');
});

test('no password stands anywhere: a Job makes the Secret, and may do nothing else', () => {
  const { objects, container, job } = render();
  expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  expect(JSON.parse(job.metadata.annotations!['callsign.dev/makes-secret']!)).toEqual({ 'orders-db': ['password', 'root-password'] });
  expect(find(objects, 'Role', 'orders-db-password').rules).toEqual([{ apiGroups: [''], resources: ['secrets'], verbs: ['create'] }]);
  expect(find(objects, 'RoleBinding', 'orders-db-password')).toMatchObject({
    roleRef: { kind: 'Role', name: 'orders-db-password' }, subjects: [{ kind: 'ServiceAccount', name: 'orders-db-password', namespace: 'shop' }],
  });
  expect(job).toMatchObject({ spec: { template: { spec: { serviceAccountName: 'orders-db-password', automountServiceAccountToken: true } } } });
  const passwords = container.env.filter(({ name }: { name: string }) => name.endsWith('PASSWORD'));
  expect(passwords).toEqual([
    { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-db', key: 'root-password' } } },
    { name: 'APPLICATION_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-db', key: 'password' } } },
  ]);
});

test('the Job reaches the API server and names, and nobody reaches the Job', () => {
  const { egress, ...spec } = find(render().objects, 'NetworkPolicy', 'orders-db-password').spec;
  expect(spec).not.toHaveProperty('ingress');
  expect(egress.slice(1)).toEqual([{ ports: [{ port: 443, protocol: 'TCP' }, { port: 6443, protocol: 'TCP' }] }]);
});

test('a Job that changes gets another name, because its spec cannot be changed', () => {
  const { job } = render();
  expect(job.metadata.name).toMatch(/^orders-db-password-[0-9a-f]{8}$/);
  expect(render().job.metadata.name).toBe(job.metadata.name);
  expect(render({ passwordImage: Image.of('node:24.9.0-slim') }).job.metadata.name).not.toBe(job.metadata.name);
});

test('every option shows where it should', () => {
  const { statefulSet, container } = render({
    image: Image.of('postgres:18.1'), storage: Size.gibibytes(20), storageClass: 'fast', databaseName: 'orders',
    settings: { shared_buffers: '64MB' }, resources: { memory: '256Mi' },
  });
  expect(statefulSet.spec.volumeClaimTemplates[0].spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '20Gi' } } });
  expect(container).toMatchObject({ image: 'postgres:18.1', args: ['-c', 'max_connections=200', '-c', 'shared_buffers=64MB'] });
  expect(container.resources.requests).toEqual({ cpu: '100m', memory: '256Mi' });
  expect(container.env).toContainEqual({ name: 'APPLICATION_DATABASE', value: 'orders' });
});
