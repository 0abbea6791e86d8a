/** What a cluster has to bring, and for whom. */
export interface Needed {
  /** The kind of need, such as `ingress-controller`. */
  readonly need: string;
  /** What it is, as a person says it. */
  readonly what: string;
  /** The objects that need it, such as `Ingress blog/gateway`. */
  readonly objects: readonly string[];
}
