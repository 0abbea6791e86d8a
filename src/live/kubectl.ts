import { spawn, type ChildProcess } from 'node:child_process';

/** kubectl is missing, or refused what it was asked for. */
export class KubectlError extends Error {}

/** kubectl, with the cluster and the login that it uses anyway. */
export class Kubectl {
  readonly #options: readonly string[];

  constructor(context?: string) {
    this.#options = context === undefined ? [] : ['--context', context];
  }

  /** Runs it to its end and returns what it printed; throws with what it said when it fails. */
  async run(args: readonly string[], input?: Buffer): Promise<string> {
    const child = this.#spawn(args, input ? 'pipe' : 'ignore');
    let [out, error] = ['', ''];
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (error += text));
    // A pod that goes away closes the pipe: the exit code tells it.
    if (input) child.stdin!.on('error', () => undefined).end(input);
    const code = await ended(child);
    if (code !== 0)
      throw new KubectlError(
        `kubectl ${args.slice(0, 3).join(' ')} ended with ${code}: ${error.trim().split('\n').at(-1)}`,
      );
    return out;
  }

  /** Starts it, and tells each line that it prints until it ends or is killed. */
  follow(args: readonly string[], tell: (line: string) => void): ChildProcess {
    const child = this.#spawn(args, 'ignore');
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      lines.forEach(tell);
    });
    child.stderr!.resume();
    child.on('error', () => undefined);
    return child;
  }

  #spawn(args: readonly string[], stdin: 'pipe' | 'ignore'): ChildProcess {
    return spawn('kubectl', [...this.#options, ...args], { stdio: [stdin, 'pipe', 'pipe'] });
  }
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', () =>
      reject(new KubectlError('The command kubectl cannot be run. Install it, from kubernetes.io/docs/tasks/tools.')),
    );
    child.on('close', (code) => resolve(code ?? 1));
  });
}
