/** How strictly the cluster looks at the pods of a namespace. */
export interface NamespaceOptions {
  /**
   * The Pod Security level that is enforced.
   * @default 'restricted'
   */
  readonly podSecurity?: 'restricted' | 'baseline' | 'privileged';
}
