import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Construct } from 'constructs';
import type * as Jiti from 'jiti';
import { CallsignError, type Place } from '../problems/problem';
import type { AppDefinition } from '../settings/environment';
import { own } from '../basics/own';
import { UsageError, type Arguments, type Io } from './command';

/** The options that select the app. */
interface AppOptions {
  readonly app?: string;
  readonly env?: string;
}

export interface Loading {
  /** The charts are loaded again when they change. */
  readonly repeatedly?: boolean;
}

/** The default of `--app`. */
export const DEFAULT_APP = 'src/charts/app.ts';

/** The option of every command that reads charts. */
export const APP_OPTION = {
  type: 'string',
  help: `the module whose default export is the app (default: ${DEFAULT_APP})`,
} as const;

/** The options of every command that reads the charts of one environment. */
export const APP_OPTIONS = {
  app: APP_OPTION,
  env: { type: 'string', help: 'the environment whose overrides apply (default: no overrides)' },
} as const;

/** The options that select the charts, for a command that the user runs next. */
export function selectionOf({ app, env }: Arguments['options']): string {
  return [app === undefined ? '' : ` --app ${app}`, env === undefined ? '' : ` --env ${env}`].join('');
}

/**
 * Loads the app of the user: a module in TypeScript or JavaScript. Its default export is the result of defineApp or a
 * cdk8s App. Shell variables can override options of an app that defineApp made.
 */
export async function loadApp(
  { app: file = DEFAULT_APP, env }: AppOptions,
  { environment: shell }: Pick<Io, 'environment'>,
  { repeatedly = false }: Loading = {},
): Promise<Construct> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new UsageError(`File not found: ${file}. Set --app to the module whose default export is the app.`);
  const load = loaderOf(path, repeatedly);
  const exported = run(() => load(path) as { default?: unknown } | undefined, file);
  const app = exported?.default ?? exported;
  if (isDefinition(app)) {
    if (env !== undefined && !app.environments.includes(env)) {
      throw new UsageError(
        `Unknown environment: ${JSON.stringify(env)}. ${app.environments.length > 0 ? `Expected: ${app.environments.join(', ')}.` : 'The app defines no environments.'}`,
      );
    }
    return run(() => app.make(env, shell), file);
  }
  if (env !== undefined)
    throw new UsageError(
      `${file} has no environments because its default export is a cdk8s App. Define them with defineApp(build, { ${env} }).`,
    );
  if (!Construct.isConstruct(app)) {
    throw new UsageError(
      `${file} does not export an app. Expected: export default defineApp((app) => { … }), or a cdk8s App. Got: ${exported?.default === undefined ? 'no default export' : typeof app}.`,
    );
  }
  return app;
}

/** The sources of a checkout run with a loader for TypeScript. A bundle brings its own. */
function loaderOf(path: string, repeatedly: boolean): (path: string) => unknown {
  if (__filename.endsWith('.ts')) return require;
  // Node.js keeps ES modules forever. The loader of the bundle turns them into modules that can be forgotten.
  if (!repeatedly && !/\.[cm]?ts$/.test(path)) return require;
  // `import` would take longer: it reads the whole file to find its exports.
  const { createJiti } = require('jiti') as typeof Jiti;
  return createJiti(path);
}

function isDefinition(exported: unknown): exported is AppDefinition {
  return typeof (exported as Partial<AppDefinition> | undefined)?.make === 'function';
}

/** Runs code of the user. An error becomes a problem with a place. */
function run<T>(program: () => T, file: string): T {
  const limit = Error.stackTraceLimit;
  // Many frames of the module loader can come before the frame of the user's program.
  Error.stackTraceLimit = 100;
  try {
    return program();
  } catch (error) {
    if ((error as Partial<CallsignError> | undefined)?.name === 'CallsignError')
      throw new CallsignError((error as CallsignError).problems);
    const { message, place } = whatAndWhere(error, file);
    throw new CallsignError([{ code: 'synthesis-failed', message, place, fix: fixFor(message, file, place) }]);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The packages of the classes that every chart uses. */
const PACKAGES: Readonly<Record<string, string>> = {
  App: 'cdk8s',
  Chart: 'cdk8s',
  Database: 'callsign-k8s',
  ExistingCaller: 'callsign-k8s',
  ExistingService: 'callsign-k8s',
  External: 'callsign-k8s',
  Gateway: 'callsign-k8s',
  Image: 'callsign-k8s',
  Internet: 'callsign-k8s',
  Microservice: 'callsign-k8s',
  Namespace: 'callsign-k8s',
  StaticSite: 'callsign-k8s',
  Volume: 'callsign-k8s',
  defineApp: 'callsign-k8s',
};

function fixFor(message: string, file: string, place: Place): string {
  const [, missing = ''] = /^(\w+) is not defined$/.exec(message) ?? [];
  const source = own(PACKAGES, missing);
  if (source) return `Add the import to ${place.file}: import { ${missing} } from '${source}';`;
  const [, absent] = /^Cannot find module '(callsign-k8s|cdk8s|constructs)'/.exec(message) ?? [];
  if (absent)
    return `Run npm install callsign-k8s cdk8s constructs in the project that contains ${file}, or move the file into a project that has them.`;
  const [, early] = /^Cannot access '(\w+)' before initialization$/.exec(message) ?? [];
  if (early) return `Declare ${early} above this line.`;
  return `Fix this error in ${file} or in a module that it imports.`;
}

/** The message of an error, and the line of the user's program that caused it. */
function whatAndWhere(error: unknown, file: string): { message: string; place: Place } {
  // An error from another realm is not an instance of our Error: Jest runs each test in one.
  const { name = 'Error', message = String(error), stack = '' } = (error ?? {}) as Partial<Error>;
  // A compile error has no stack. Its message contains the line.
  const [, source, row, what] = /^(.+):(\d+):\d+: ERROR: (.+)$/m.exec(message) ?? [];
  if (source) return { message: what!, place: { file: relative('', source), line: Number(row) } };
  // The stack of a syntax error in JavaScript begins with its place. The frames are those of the loader.
  const [, broken, at] = /^((?:\/|[A-Z]:\\).+):(\d+)\n/.exec(stack) ?? [];
  if (broken) return { message: message.split('\n')[0]!, place: { file: relative('', broken), line: Number(at) } };
  for (const [, frame = '', line] of stack.matchAll(/((?:\/|[A-Z]:\\)[^()\n]+?):(\d+):\d+/g)) {
    if (!frame.includes('node_modules') && existsSync(frame))
      return { message: message.split('\n')[0] || name, place: { file: relative('', frame), line: Number(line) } };
  }
  return { message: message.split('\n')[0] || name, place: { file: relative('', resolve(file)), line: 1 } };
}
