import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Construct } from 'constructs';
import { CallsignError } from '../k8s/problem';
import { UsageError } from './command';

/** Where the charts are, unless `--app` says otherwise. */
export const DEFAULT_APP = 'src/charts/app.ts';

/** The option that every command has which reads charts. */
export const APP_OPTION = { type: 'string', help: `the module whose default export is the cdk8s App (${DEFAULT_APP})` } as const;

/** Loads the user's app: a module, in TypeScript or JavaScript, that exports a cdk8s App as its default. */
export async function loadApp(file = DEFAULT_APP): Promise<Construct> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`There is no ${file}. Name the module with --app FILE; its default export is the cdk8s App.`);
  if (/\.[cm]?ts$/.test(path) && !require.extensions['.ts']) (await import('tsx/cjs/api')).register();
  const exported = load(path, file);
  const app = exported?.default ?? exported;
  if (!Construct.isConstruct(app)) {
    throw new UsageError(`${file} exports no app. Expected: const app = new App(); …; export default app. Got: ${exported?.default === undefined ? 'no default export' : typeof app}.`);
  }
  return app;
}

function load(path: string, file: string): { default?: unknown } | undefined {
  try {
    return require(path) as { default?: unknown };
  } catch (error) {
    if (error instanceof CallsignError || (error as Error).name === 'CallsignError') throw error;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const [, where, line] = /\(?((?:\/|[A-Z]:\\)[^()]+?):(\d+):\d+\)?/.exec(stack ?? '') ?? [];
    throw new CallsignError([{
      code: 'synthesis-failed', message: message.split('\n')[0]!, place: { file: where ?? file, line: Number(line ?? 1) },
      mend: `${file} itself ends with this error: mend it there.`,
    }]);
  }
}
