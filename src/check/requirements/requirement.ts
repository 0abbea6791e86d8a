/** Something that the cluster must provide, and the objects that need it. */
export interface Requirement {
  /** The kind of requirement, such as `ingress-controller`. */
  readonly kind: string;
  /** What it is, in words. */
  readonly what: string;
  /** The objects that need it, such as `Ingress blog/gateway`. */
  readonly objects: readonly string[];
}
