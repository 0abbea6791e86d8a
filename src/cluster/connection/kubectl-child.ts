import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** The environment variables for kubectl, such as KUBECONFIG. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Starts a kubectl that ends with this process, and then deletes a temporary folder. */
export function startKubectl(
  args: readonly string[],
  context: string | undefined,
  environment: Variables,
  folder = '',
): ChildProcessByStdio<Writable, Readable, Readable> {
  const named = context === undefined ? [] : ['--context', context];
  return spawn('sh', ['-c', UNTIL_INPUT_ENDS, 'sh', folder, ...named, ...args], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A signal of the terminal must not end it before the requests in flight are done.
    detached: true,
  });
}

/** However this process ends: then the standard input of the child closes. */
const UNTIL_INPUT_ENDS = `
folder=$1; shift
exec 3<&0
kubectl "$@" <&- 3<&- & child=$!
(cat <&3; kill $child; rm -rf "$folder") >/dev/null 2>&1 &
wait $child`;
