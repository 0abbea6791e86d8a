/** The options of a namespace. */
export interface NamespaceOptions {
  /**
   * The Pod Security level that is enforced.
   * @default 'restricted'
   */
  readonly podSecurity?: 'restricted' | 'baseline' | 'privileged';
  /**
   * Whether replicas move to nodes that came back after a failure. Every two minutes, a CronJob evicts one replica of each
   * microservice whose replicas are unevenly spread. It needs permission to list nodes, so only an administrator of the
   * cluster can apply it.
   * @default false
   */
  readonly rebalance?: boolean;
}
