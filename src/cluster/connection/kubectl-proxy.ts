import { execFile, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startKubectl, type Variables } from './kubectl-child';
import { connectionProblem, kubectlMissing } from './problems';
import { EnvironmentError } from '../../problems/problem';

/**
 * `kubectl proxy` on a Unix socket in a private folder. kubectl does everything that concerns kubeconfig files and
 * credentials, so Callsign connects wherever kubectl does.
 */
export class KubectlProxy {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #errors = '';

  private constructor(
    child: ChildProcess,
    folder: string,
    readonly socket: string,
  ) {
    this.#child = child;
    this.#folder = folder;
    child
      .stderr!.setEncoding('utf8')
      .on('data', (text: string) => (this.#errors = (this.#errors + text).slice(-4_000)));
  }

  /** Starts the proxy and waits until it listens. The signal ends the wait. */
  static async start(context: string | undefined, environment: Variables, stop?: AbortSignal): Promise<KubectlProxy> {
    const folder = mkdtempSync(join(tmpdir(), 'callsign-'));
    const socket = join(folder, 'api.sock');
    const child = startKubectl(['proxy', `--unix-socket=${socket}`], context, environment, folder);
    const proxy = new KubectlProxy(child, folder, socket);
    const started = await new Promise<boolean>((resolve) => {
      createInterface({ input: child.stdout }).once('line', (line) => resolve(line.startsWith('Starting')));
      child.once('error', () => resolve(false));
      child.once('close', () => resolve(false));
      stop?.addEventListener('abort', () => resolve(false), { once: true });
    });
    if (started) return proxy;
    proxy.stop();
    throw new EnvironmentError([connectionProblem(proxy.errors, context)]);
  }

  /** What kubectl reported, such as a failed login. */
  get errors(): string {
    return this.#errors;
  }

  stop(): void {
    this.#child.stdin?.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The name of the current context. Undefined without a kubeconfig, as in a pod. */
export function currentContext(environment: Variables, stop?: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile('kubectl', ['config', 'current-context'], { env: environment, signal: stop }, (error, out) => {
      if (error?.code === 'ENOENT') reject(new EnvironmentError([kubectlMissing()]));
      else resolve(error ? undefined : out.trim());
    });
  });
}
