import { spawn, type ChildProcess } from 'node:child_process';

/** kubectl is missing, or it failed. */
export class KubectlError extends Error {}

/** Runs kubectl with its own configuration: cluster and credentials. */
export class Kubectl {
  readonly #options: readonly string[];

  constructor(context?: string) {
    this.#options = context === undefined ? [] : ['--context', context];
  }

  /** Runs a command and returns its output. If the command fails, throws its last line of error output. */
  async run(args: readonly string[], input?: Buffer): Promise<string> {
    const child = this.#spawn(args, input ? 'pipe' : 'ignore');
    let [out, error] = ['', ''];
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (error += text));
    // A pod that ends closes the pipe. The exit code reports that.
    if (input) child.stdin!.on('error', () => undefined).end(input);
    const code = await ended(child);
    if (code !== 0)
      throw new KubectlError(
        `kubectl ${args.slice(0, 3).join(' ')} exited with ${code}: ${error.trim().split('\n').at(-1)}`,
      );
    return out;
  }

  /** Starts a command and passes on each line of its output, until it ends or is killed. */
  follow(args: readonly string[], print: (line: string) => void): ChildProcess {
    const child = this.#spawn(args, 'ignore');
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      lines.forEach(print);
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
      reject(new KubectlError('kubectl cannot be run. Install it: kubernetes.io/docs/tasks/tools.')),
    );
    child.on('close', (code) => resolve(code ?? 1));
  });
}
