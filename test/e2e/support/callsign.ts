import { join } from 'node:path';
import type { Context } from '../context';
import { PROJECT } from './blog';
import { run, type Ended } from './command';

/** Runs a command of callsign with the charts of the blog. */
export function callsign(context: Context, ...args: string[]): Promise<Ended> {
  return callsignWith(context, {}, ...args);
}

/** The same, with overrides in environment variables. */
export function callsignWith(
  { kubectl, signal }: Context,
  overrides: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Ended> {
  const env = { ...overrides, KUBECONFIG: kubectl.kubeconfig };
  return run(process.execPath, [join(PROJECT, 'bin/callsign.js'), ...args], {
    cwd: PROJECT,
    env,
    signal,
    timeoutMs: 600_000,
  });
}
