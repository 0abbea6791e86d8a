import type { OptionNames } from '../../problems/unknown-options';

/** The ServiceAccount of pods. */
export interface AccountOptions {
  /**
   * Labels of the ServiceAccount.
   * @default - only those of its part
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the ServiceAccount, such as
   * `{ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/orders' }`.
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The names of the options. */
export const ACCOUNT_OPTIONS: OptionNames<AccountOptions> = { labels: true, annotations: true };
