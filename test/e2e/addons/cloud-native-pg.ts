import type { Context } from '../context';
import { pullMissing } from '../support/images';
import { until } from '../support/until';

/** The manifest of the operator. Without access to the network, CNPG_MANIFEST names a local copy. */
const MANIFEST =
  process.env.CNPG_MANIFEST ??
  'https://github.com/cloudnative-pg/cloudnative-pg/releases/download/v1.30.0/cnpg-1.30.0.yaml';
const OPERATOR_IMAGE = 'ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0';
const NAMESPACE = 'cnpg-system';
const OPERATOR = 'deployment/cnpg-controller-manager';

/** The image of the servers. */
export const SERVER_IMAGE = 'ghcr.io/cloudnative-pg/postgresql:17';

/**
 * Installs CloudNativePG with two replicas: if the only replica is on the node of the primary and the node fails, nobody
 * elects another primary until Kubernetes replaces the pod of the operator.
 */
export async function installCloudNativePg({ kubectl, cluster, signal }: Context): Promise<void> {
  const images = [OPERATOR_IMAGE, SERVER_IMAGE];
  await pullMissing(images, signal);
  await cluster.load('worker', images);
  await kubectl.must(['apply', '--server-side', '--force-conflicts', '-f', MANIFEST], { timeoutMs: 180_000 });
  await kubectl.must(['-n', NAMESPACE, 'scale', OPERATOR, '--replicas=2']);
  await kubectl.must(['-n', NAMESPACE, 'rollout', 'status', OPERATOR, '--timeout=240s'], { timeoutMs: 250_000 });
  await until('the webhook of the operator answers', 60, async () => {
    const probe = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'probe' } };
    const input = JSON.stringify({ ...probe, spec: { instances: 1, storage: { size: '1Gi' } } });
    await kubectl.must(['-n', 'default', 'apply', '--dry-run=server', '-f', '-'], { input });
    return true;
  });
}

/** Deletes the operator and its kinds. Its Clusters must be gone. */
export async function removeCloudNativePg({ kubectl }: Context): Promise<void> {
  await kubectl.run(['delete', '--ignore-not-found', '--timeout=120s', '-f', MANIFEST], { timeoutMs: 180_000 });
}
