import type { ParseArgsConfig } from 'node:util';

/** Where a command reads the environment and writes to; only the outermost program knows the process. */
export interface Io {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a person reads `out`. */
  readonly terminal: boolean;
}

/** The options and words of a command line. */
export interface Arguments {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Options that may be given several times. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly words: readonly string[];
}

/** One command of `callsign`. */
export interface Command {
  /** The words after the name, as the usage shows them. */
  readonly usage: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Each option with its help. */
  readonly options: Readonly<Record<string, NonNullable<ParseArgsConfig['options']>[string] & { help: string }>>;
  /** The most words it takes. */
  readonly words: number;
  /** Does it, and returns the exit code. */
  run(args: Arguments, io: Io): Promise<number>;
}

/** The command line is wrong: it is told with the usage, and ends with 2. */
export class UsageError extends Error {}
