// Configuration: each service lists its environment variables in one schema. They are read and checked once, at start.
import { readFileSync } from 'node:fs';

export interface Variable<T> {
  /** Describes a valid value, for the error message. */
  readonly expects: string;
  /** Returns undefined if the value is invalid. */
  readonly parse: (text: string) => T | undefined;
  readonly required: boolean;
  readonly fallback?: T;
  /** Other variables: if one of them is set, this one is not required. */
  readonly unless?: readonly string[];
  /** Keeps the value out of error messages. */
  readonly secret?: boolean;
}

export type Schema = Readonly<Record<string, Variable<unknown>>>;
export type Config<S extends Schema> = { readonly [K in keyof S]: S[K] extends Variable<infer T> ? T : never };
export type Environment = Readonly<Record<string, string | undefined>>;

export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Reads the variables of the schema. Throws one ConfigError with every problem. An empty value counts as missing. */
export function readConfig<S extends Schema>(schema: S, env: Environment = process.env): Config<S> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(schema)) {
    const given = env[name]?.trim();
    if (given === undefined || given === '') {
      if (variable.required && !variable.unless?.some((other) => env[other]?.trim())) {
        problems.push(`${name} is missing: expected ${variable.expects}`);
      }
      config[name] = variable.fallback;
      continue;
    }
    const value = variable.parse(given);
    const got = variable.secret ? 'another value' : JSON.stringify(given);
    if (value === undefined) problems.push(`${name} is invalid: expected ${variable.expects}, got ${got}`);
    config[name] = value;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config<S>;
}

/** The names of the variables in a schema. A test compares them with the charts. */
export function variableNames(schema: Schema): { required: string[]; optional: string[] } {
  const names = Object.keys(schema).toSorted();
  return {
    required: names.filter((name) => schema[name]?.required),
    optional: names.filter((name) => !schema[name]?.required),
  };
}

/** Makes a variable optional, with a default or without one. */
export function optional<T>(variable: Variable<T>, fallback: T): Variable<T>;
export function optional<T>(variable: Variable<T>): Variable<T | undefined>;
export function optional<T>(variable: Variable<T>, fallback?: T): Variable<T | undefined> {
  return { ...variable, required: false, ...(fallback === undefined ? {} : { fallback }) };
}

export function text(expects = 'some text'): Variable<string> {
  return { expects, required: true, parse: (value) => value };
}

export function secret(expects = 'a secret'): Variable<string> {
  return { ...text(expects), secret: true };
}

export function integer(min: number, max: number, unit = 'a whole number'): Variable<number> {
  const parse = (value: string) => {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
    return number >= min && number <= max ? number : undefined;
  };
  return { expects: `${unit} from ${min} to ${max}`, required: true, parse };
}

export function oneOf<const T extends string>(...values: T[]): Variable<T> {
  return {
    expects: `one of ${values.join(', ')}`,
    required: true,
    parse: (value) => values.find((one) => one === value),
  };
}

/** The base URL of another service, without a trailing slash. */
export function serviceUrl(): Variable<string> {
  const parse = (value: string) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const plain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
    return plain ? url.href.replace(/\/+$/, '') : undefined;
  };
  return { expects: 'a URL such as http://event-bus', required: true, parse };
}

/** The path of a file. The value is the lines of the file, trimmed, without blank lines. */
export function fileLines(): Variable<readonly string[]> {
  const parse = (path: string) => {
    try {
      return readFileSync(path, 'utf8')
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
    } catch {
      return undefined;
    }
  };
  return { expects: 'the path of a readable file with one entry per line', required: true, parse };
}

const port = integer(0, 65_535, 'a port');

/** The variables that every service reads. */
export const serviceVariables = {
  PORT: optional(port, 8080),
  /** The port of the health checks and the metrics. Without it they are at PORT, where the gateway can reach them. */
  HEALTH_PORT: optional(port),
  LOG_LEVEL: optional(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), 'info'),
  /** How long open requests may take after SIGTERM before their connections are closed. */
  DRAIN_SECONDS: optional(integer(1, 600, 'a number of seconds'), 14),
};

/** The variables of a service that receives events. */
export const subscriberVariables = {
  /** The port of the routes for the bus. Without it they are at PORT, where the gateway can reach them. */
  EVENTS_PORT: optional(port),
};

/** The variables of a service with a database: five variables in a cluster, or only DATABASE_URL on a laptop. */
export const databaseVariables = {
  DATABASE_HOST: { ...text('a host name'), unless: ['DATABASE_URL'] },
  DATABASE_PORT: optional(integer(1, 65_535, 'a port'), 5432),
  DATABASE_NAME: { ...text('the name of the database'), unless: ['DATABASE_URL'] },
  DATABASE_USER: { ...text('the name of the user'), unless: ['DATABASE_URL'] },
  DATABASE_PASSWORD: { ...secret('the password of DATABASE_USER'), unless: ['DATABASE_URL'] },
  DATABASE_URL: optional({
    ...secret('a URL such as postgres://user:password@localhost:5432/blog'),
    parse: (value: string) => (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value) ? value : undefined),
  }),
  DATABASE_POOL: optional(integer(2, 100, 'a number of connections'), 10),
};
