/** The options of a namespace. */
export interface NamespaceOptions {
  /**
   * The Pod Security level that is enforced.
   * @default 'restricted'
   */
  readonly podSecurity?: 'restricted' | 'baseline' | 'privileged';
}
