import { spawn } from 'node:child_process';

/** The result of a program. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Stops the program if the test is interrupted. */
  readonly signal?: AbortSignal;
}

/** A program that the test needs is missing. */
export class MissingProgram extends Error {}

/** A program failed. The message contains its output. */
export class CommandFailed extends Error {
  constructor(
    command: string,
    args: readonly string[],
    readonly ended: Ended,
  ) {
    const said = [ended.error, ended.out].join('\n').trim().split('\n').slice(-20).join('\n');
    super(`${command} ${args.join(' ').slice(0, 300)} exited with ${ended.code}: ${said}`);
    this.name = 'CommandFailed';
  }
}

/** Runs a program and returns its result, even if it fails. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { input, timeoutMs = 120_000, env, cwd, signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // In its own process group, so that Ctrl-C reaches only the test, which then cleans up.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let out = '';
    let error = '';
    const end = (why: string) => () => {
      error += `\n${why}`;
      child.kill('SIGKILL');
    };
    const broken = end('interrupted');
    const timer = setTimeout(end(`took longer than ${timeoutMs / 1_000} s`), timeoutMs);
    signal?.addEventListener('abort', broken);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    child.stdin.on('error', () => undefined).end(input ?? '');
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', broken);
    };
    child.on('error', (cause: NodeJS.ErrnoException) => {
      done();
      reject(cause.code === 'ENOENT' ? new MissingProgram(`The command ${command} is not installed.`) : cause);
    });
    child.on('close', (code) => {
      done();
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve({ code: code ?? 1, out, error });
    });
  });
}

/** Runs a program and returns its output. Throws if it fails. */
export async function must(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const ended = await run(command, args, options);
  if (ended.code !== 0) throw new CommandFailed(command, args, ended);
  return ended.out;
}
