import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Io } from '../../src/cli/command';
import { main } from '../../src/cli/main';
import { assertMatchesSchema } from './json-schemas';

/** The result of a command line. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line in this process. JSON must match the schema of the command. */
export async function callsign(
  argv: readonly string[],
  { environment = {}, terminal = false }: Partial<Io> = {},
): Promise<Ran> {
  let [out, error] = ['', ''];
  const code = await main(argv, {
    environment,
    terminal,
    out: (text) => (out += text),
    error: (text) => (error += text),
  });
  assertMatchesSchema(argv, out);
  return { code, out, error };
}

const root = join(__dirname, '../..');

/** Runs a command line in a new process, as a user does. */
export function callsignProcess(
  argv: readonly string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Ran {
  const { env, ...rest } = options;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/callsign.js'), ...argv], {
    encoding: 'utf8',
    cwd: root,
    env: { ...process.env, ...env },
    ...rest,
  });
  assertMatchesSchema(argv, stdout);
  return { code: status, out: stdout, error: stderr };
}

/** The path of an app in this folder, relative to the root of the project. */
export const app = (name: string): string => relative(process.cwd(), join(__dirname, 'apps', name));

/** A folder that is removed after the test. */
export function temporaryFolder(): { readonly path: string; put(name: string, text: string): string } {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-cli-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    get path() {
      return folder;
    },
    put(name, text) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
  };
}
