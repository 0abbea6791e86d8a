import type { PodSecurityLevel } from '../../k8s/pod-security';
import type { OptionNames } from '../../problems/unknown-options';

/** The options of a namespace. */
export interface NamespaceOptions {
  /**
   * The Pod Security level that is enforced.
   * @default - `'restricted'`, or the strictest level that admits the `exceptions` of its microservices
   */
  readonly podSecurity?: PodSecurityLevel;
  /**
   * Whether replicas move to nodes that came back after a failure. Every two minutes, a CronJob evicts one replica of each
   * microservice whose replicas are unevenly spread. It needs permission to list nodes, so only an administrator of the
   * cluster can apply it.
   * @default false
   */
  readonly rebalance?: boolean;
}

/** The names of the options. @internal */
export const NAMESPACE_OPTIONS: OptionNames<NamespaceOptions> = { podSecurity: true, rebalance: true };
