import type { V1ServiceAccount } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Caller } from '../../links/endpoint';
import { policyOf, type Policy } from '../../links/policy';
import type { AccountOptions } from './account-options';
import { imageSettings } from './image-settings';
import { addObject } from './object';

/** The ServiceAccount of a pod, without a token, and the NetworkPolicy of its calls. */
export function addAccount(
  scope: Construct,
  caller: Caller,
  metadata: { name: string; labels: Record<string, string> },
  { prefix = '', labels, annotations }: AccountOptions & { readonly prefix?: string } = {},
): void {
  const { pullSecret } = imageSettings(scope);
  addObject<V1ServiceAccount>(scope, `${prefix}service-account`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...metadata, labels: { ...labels, ...metadata.labels }, ...(annotations && { annotations }) },
    automountServiceAccountToken: false,
    ...(pullSecret && { imagePullSecrets: [{ name: pullSecret }] }),
  });
  addObject<Policy>(scope, `${prefix}network-policy`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: () => policyOf(caller),
  });
}
