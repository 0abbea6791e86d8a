import { createInterface } from 'node:readline';
import { startKubectl, type Variables } from './kubectl-child';

const TIMEOUT_MS = 5_000;

interface Access {
  readonly context: string | undefined;
  readonly environment: Variables;
}

/**
 * The answer of a port of a pod. It goes through the node of the pod, so it needs neither a Service nor an open policy.
 * Throws with the reason if there is none.
 */
export async function askPod(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  port: number,
  path: string,
  { context, environment }: Access,
): Promise<string> {
  const child = startKubectl(['-n', namespace, 'port-forward', `pod/${name}`, `:${port}`], context, environment);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const stop = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const local = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^Forwarding from (127\.0\.0\.1:\d+)/.exec(line);
        if (found) resolve(found[1]!);
      });
      child.once('error', reject);
      child.once('close', () => reject(new Error(errors.trim().split('\n').at(-1) ?? '')));
      stop.addEventListener('abort', () => reject(new Error('kubectl port-forward does not answer')));
    });
    const answer = await fetch(`http://${local}${path}`, { signal: stop });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
    return await answer.text();
  } finally {
    child.stdin.destroy();
  }
}
