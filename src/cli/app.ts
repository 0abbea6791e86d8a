import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Construct } from 'constructs';
import { CallsignError, type Place } from '../problems/problem';
import type { AppDefinition } from '../settings/environment';
import { UsageError, type Io } from './command';

/** What a command line says of the app. */
interface AppOptions {
  readonly app?: string;
  readonly env?: string;
}

/** Where the charts are, unless `--app` says otherwise. */
const DEFAULT_APP = 'src/charts/app.ts';

/** The option that every command has which reads charts. */
export const APP_OPTION = {
  type: 'string',
  help: `the module whose default export is the cdk8s App (${DEFAULT_APP})`,
} as const;

/** The options that every command has whose charts differ from environment to environment. */
export const APP_OPTIONS = {
  app: APP_OPTION,
  env: { type: 'string', help: 'the environment whose overrides apply (none: the charts as they stand)' },
} as const;

/**
 * Loads the user's app: a module, in TypeScript or JavaScript, whose default export is what defineApp returned, or a cdk8s App.
 * Variables of the shell can change the options of the former.
 */
export async function loadApp(
  { app: file = DEFAULT_APP, env }: AppOptions,
  { environment: shell }: Pick<Io, 'environment'>,
): Promise<Construct> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new UsageError(`There is no ${file}. Name the module with --app FILE; its default export is the cdk8s App.`);
  if (/\.[cm]?ts$/.test(path) && !require.extensions['.ts']) (await import('tsx/cjs/api')).register();
  const exported = run(() => require(path) as { default?: unknown } | undefined, file);
  const app = exported?.default ?? exported;
  if (isDefinition(app)) {
    if (env !== undefined && !app.environments.includes(env)) {
      throw new UsageError(
        `There is no environment ${JSON.stringify(env)}. Expected: ${app.environments.join(', ') || 'none, since none is defined'}.`,
      );
    }
    return run(() => app.make(env, shell), file);
  }
  if (env !== undefined)
    throw new UsageError(
      `${file} has no environments: its default export is an App. Define them with defineApp(build, { ${env} }).`,
    );
  if (!Construct.isConstruct(app)) {
    throw new UsageError(
      `${file} exports no app. Expected: export default defineApp((app) => { … }), or a cdk8s App. Got: ${exported?.default === undefined ? 'no default export' : typeof app}.`,
    );
  }
  return app;
}

function isDefinition(exported: unknown): exported is AppDefinition {
  return typeof (exported as Partial<AppDefinition> | undefined)?.make === 'function';
}

/** Runs what the user wrote; its errors become problems with a place. */
function run<T>(program: () => T, file: string): T {
  const limit = Error.stackTraceLimit;
  // The line of the user's program may stand below many of the module loader's.
  Error.stackTraceLimit = 100;
  try {
    return program();
  } catch (error) {
    if ((error as Partial<CallsignError> | undefined)?.name === 'CallsignError')
      throw new CallsignError((error as CallsignError).problems);
    throw new CallsignError([
      {
        code: 'synthesis-failed',
        ...whatAndWhere(error, file),
        fix: `${file} itself ends with this error: fix it there.`,
      },
    ]);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The message of an error, and the line of the user's program that it came from. */
function whatAndWhere(error: unknown, file: string): { message: string; place: Place } {
  // An error from another realm, as of a test's, is no instance of ours.
  const { name = 'Error', message = String(error), stack = '' } = (error ?? {}) as Partial<Error>;
  // What cannot be compiled has no stack: the compiler's message holds the line.
  const [, source, row, what] = /^(.+):(\d+):\d+: ERROR: (.+)$/m.exec(message) ?? [];
  if (source) return { message: what!, place: { file: relative('', source), line: Number(row) } };
  for (const [, frame = '', line] of stack.matchAll(/((?:\/|[A-Z]:\\)[^()\n]+?):(\d+):\d+/g)) {
    if (!frame.includes('node_modules') && existsSync(frame))
      return { message: message.split('\n')[0] || name, place: { file: relative('', frame), line: Number(line) } };
  }
  return { message: message.split('\n')[0] || name, place: { file: relative('', resolve(file)), line: 1 } };
}
