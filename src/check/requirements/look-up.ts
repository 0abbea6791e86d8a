import type { KubeObject } from '../../k8s/objects';

/** How to find out whether a cluster meets a requirement. */
export type LookUp =
  /** This object exists. */
  | { readonly object: KubeObject }
  /** A class of this kind is the default. */
  | { readonly defaultOf: 'IngressClass' | 'StorageClass' }
  /** The API server serves this group. */
  | { readonly group: string }
  /** The API server is Kubernetes 1.`minor` or newer. */
  | { readonly minor: number }
  /** A node has this label. */
  | { readonly label: readonly [key: string, value: string] }
  /** A node offers this resource. */
  | { readonly resource: string };
