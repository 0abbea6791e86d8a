// The types of values that options of several constructs take.

/**
 * The value of an environment variable. A manifest contains only the name and the key of a secret, never its value.
 * In a text, `$(NAME)` is replaced by a variable of a call:
 * `postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST)/$(DATABASE_NAME)`.
 */
export type EnvValue = string | number | boolean | SecretKey;

/**
 * The content of a file: its text, a file of the project (the path is relative to the working directory), or a
 * secret.
 */
export type FileContent = string | { readonly file: string } | SecretKey;

/** One key of a Secret in the same namespace. */
export interface SecretKey {
  /** The name of the Secret. */
  readonly secret: string;
  /** The key in the Secret. */
  readonly key: string;
  /**
   * Whether the Secret is created outside the charts, for instance with `kubectl create secret`. The checks then do
   * not report it as missing.
   * @default false
   */
  readonly existing?: boolean;
}

/** A health check: a path for HTTP, `'tcp'` for a connection, or a command that exits with 0. */
export type Check = string | readonly string[];

/** The names of the options of a key of a Secret. */
export const SECRET_KEY_OPTIONS = { secret: true, key: true, existing: true } as const;
