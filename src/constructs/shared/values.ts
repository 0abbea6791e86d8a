// The types of values that options of several constructs take.

/**
 * The value of an environment variable. A manifest contains only the name and the key of a secret, never its value.
 * In a text, `$(NAME)` is replaced by a variable of a call:
 * `postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST)/$(DATABASE_NAME)`.
 */
export type EnvValue = string | number | boolean | SecretKey;

/** The content of a file: its text, a file of the project, or a secret. */
export type FileContent = string | ProjectFile | SecretKey;

/** A file of the project. */
export interface ProjectFile {
  /** The path, relative to the working directory. */
  readonly file: string;
  /**
   * Whether the program can run the file. The file then has the mode 0555.
   * @default false
   */
  readonly executable?: boolean;
}

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

/**
 * A health check: a path for HTTP, `'tcp'` for a connection, a command that exits with 0, or a file that the program
 * touches.
 */
export type Check = string | readonly string[] | TouchedFile;

/**
 * A file that the program touches while it works. The check fails if the last change is too old. The image must contain
 * `sh` and `stat`.
 */
export interface TouchedFile {
  /** The absolute path of the file, in a folder that the program can write to. */
  readonly touched: string;
  /** How many seconds the last change may be ago. */
  readonly within: number;
}

/** The names of the options of a health check by file. */
export const TOUCHED_FILE_OPTIONS = { touched: true, within: true } as const;

/** The names of the options of a file of the project. */
export const PROJECT_FILE_OPTIONS = { file: true, executable: true } as const;

/** The names of the options of a key of a Secret. */
export const SECRET_KEY_OPTIONS = { secret: true, key: true, existing: true } as const;
