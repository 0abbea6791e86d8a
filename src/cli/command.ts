import type { ParseArgsConfig } from 'node:util';

/** The input and output of a command. Only the outermost program uses the process itself. */
export interface Io {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether `out` is a terminal with colors. NO_COLOR turns it off. */
  readonly terminal: boolean;
  /** The size of the terminal at this moment. Undefined if `out` is no terminal, or one that cannot redraw lines. */
  readonly size?: () => TerminalSize;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The parsed arguments of a command. */
export interface Arguments {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Options that can be repeated. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly words: readonly string[];
}

/** An option of a command. */
export type Option = NonNullable<ParseArgsConfig['options']>[string] & {
  readonly help: string;
  /** All values that the option accepts. Undefined if it accepts others. */
  readonly values?: readonly string[];
};

/** One command of `callsign`. */
export interface Command {
  /**
   * The arguments, as the usage shows them: first the words, then the options. Shell completion reads it: lower case is
   * written as it is, and a shell completes files for FILE and PATH, and folders for DIR.
   */
  readonly usage: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** The options, each with its help text. */
  readonly options: Readonly<Record<string, Option>>;
  /** What the help says after the options: whole lines. */
  readonly notes?: string;
  /** The highest number of positional arguments. */
  readonly words: number;
  /** Runs the command and returns the exit code. */
  run(args: Arguments, io: Io): Promise<number>;
}

/** The command line is wrong. The program prints the message and the hint, and exits with 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    /** The help that belongs to the message: whole lines. */
    readonly hint = '',
  ) {
    super(message);
  }
}
