import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PACKAGE_FOLDER } from '../../basics/package-folder';
import { CallsignError } from '../../problems/problem';
import { LOOPBACK } from '../network/ports';

/** The hook that makes the names of the charts work in Node.js programs. */
const NAMES_HOOK = join(PACKAGE_FOLDER, 'bin', 'local-names.cjs');

/** The words of a command with the Node.js that runs us. */
export function localCommand([program = '', ...args]: readonly string[]): string[] {
  return [program === 'node' ? process.execPath : program, ...args];
}

/** Variables of this machine that every program gets, as it would find them in a container. */
export function machineVariables(
  command: readonly string[],
  { names, proxyPort }: { readonly names: object; readonly proxyPort: number },
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const { HOME, LANG, TMPDIR, TZ } = environment;
  const kept = Object.entries({ HOME, LANG, TMPDIR, TZ }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(process.execPath), environment.PATH ?? ''].join(delimiter),
    NODE_OPTIONS: nodeOptions(command),
    CALLSIGN_LOCAL_NAMES: JSON.stringify(names),
    ...(command[0] !== process.execPath && proxyVariables(LOOPBACK, proxyPort)),
  };
}

/** Programs of other languages reach the names of the charts through a proxy. */
export function proxyVariables(host: string, port: number): Record<string, string> {
  const [url, direct] = [`http://${host}:${port}`, `localhost,${LOOPBACK}`];
  return { HTTP_PROXY: url, http_proxy: url, NO_PROXY: direct, no_proxy: direct };
}

function nodeOptions(command: readonly string[]): string {
  const options = ['--require', quoted(NAMES_HOOK)];
  // Before Node.js 22.18, a program in TypeScript needs a loader.
  const isTypeScript = command.some((word) => /\.[cm]?ts$/.test(word));
  if (isTypeScript && !runsTypeScript()) options.push('--import', quoted(typeScriptLoader(command)));
  return options.join(' ');
}

function typeScriptLoader(command: readonly string[]): string {
  try {
    return pathToFileURL(require.resolve('tsx')).href;
  } catch {
    throw new CallsignError([
      {
        code: 'start-failed',
        message: `Node.js ${process.versions.node} cannot run TypeScript by itself: ${command.slice(1).join(' ')}`,
        expected: 'Node.js 22.18 or newer, or the package tsx',
        fix: 'Add the package: npm install --save-dev tsx',
      },
    ]);
  }
}

function runsTypeScript(): boolean {
  return Boolean((process.features as { typescript?: string | false }).typescript);
}

function quoted(word: string): string {
  return /\s/.test(word) ? JSON.stringify(word) : word;
}
