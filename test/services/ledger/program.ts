// A service as a process with its own port that can be killed and started again.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/local/network/ports';

const root = join(__dirname, '../../..');

/** The child processes. They are killed when this process exits. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Program {
  readonly name: string;
  readonly port: number;
  readonly #file: string;
  readonly #env: Record<string, string>;
  readonly #node: string;
  #child: ChildProcess | undefined;
  /** The last part of the output, for error messages. */
  output = '';

  constructor(name: string, file: string, port: number, env: Record<string, string>, node = process.execPath) {
    this.name = name;
    this.port = port;
    this.#file = file;
    this.#env = env;
    this.#node = node;
  }

  static async make(name: string, file: string, env: Record<string, string>, node?: string): Promise<Program> {
    return new Program(name, file, await freePort(), env, node);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const child = spawn(this.#node, ['--import', 'tsx', join(root, this.#file)], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        LOG_LEVEL: 'warn',
        NODE_NO_WARNINGS: '1',
        ...this.#env,
        PORT: String(this.port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const listen = (chunk: Buffer) => void (this.output = (this.output + chunk.toString('utf8')).slice(-20_000));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    this.#child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(30)) {
      if (
        await fetch(`${this.url}/healthz/ready`).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return;
    }
    throw new Error(`${this.name} was not ready in time:\n${this.output}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends a signal and returns the exit code, or the signal that ended the process. */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return 'not started';
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await new Promise((resolve) => child.once('exit', resolve));
    }
    return child.exitCode ?? child.signalCode ?? 'unknown';
  }
}
