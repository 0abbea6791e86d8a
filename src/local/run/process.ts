import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

interface Start {
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The signal that asks it to end. */
  readonly signal?: 'TERM' | 'INT';
  /** The user and the group, if they differ from ours. */
  readonly uid?: number;
  readonly gid?: number;
  /** Called when it is killed, because not everything that it started is below it. */
  readonly onKill?: () => void;
  readonly onLine: (line: string) => void;
}

/** How long the last lines of a process may take. A process that it started can keep its output open. */
const LAST_LINES_MS = 200;

/** A process of the local run. It ends with this process, however this one ends. */
export class LocalProcess {
  /** Resolves when it has ended: to its exit code, or more than 128 after a signal. */
  readonly ended: Promise<number>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #closed: Promise<void>;
  readonly #onKill: (() => void) | undefined;
  #hasEnded = false;

  constructor({ command, folder, env, signal = 'TERM', uid, gid, onKill, onLine }: Start) {
    this.#onKill = onKill;
    this.#child = spawn('sh', ['-c', UNTIL_INPUT_ENDS, 'sh', signal, ...command], {
      cwd: folder,
      env,
      uid,
      gid,
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C in the terminal reaches only us. We end the processes in order.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        onLine(error.message);
        resolve(127);
      });
      this.#child.once('exit', (code) => {
        this.#hasEnded = true;
        resolve(code ?? 128);
      });
    });
    this.#closed = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
    });
    this.#child.stdin.on('error', () => undefined);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Asks it to end, and kills it and its children after some seconds. */
  async stop(seconds: number): Promise<void> {
    this.#child.stdin.destroy();
    const timer = setTimeout(() => this.kill(), seconds * 1_000);
    await this.ended;
    clearTimeout(timer);
    await Promise.race([this.#closed, sleep(LAST_LINES_MS, undefined, { ref: false })]);
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    this.#onKill?.();
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended in between.
    }
  }
}

/** The end of our input asks the program to end: we closed it, or we do not exist any more. */
const UNTIL_INPUT_ENDS = `
signal=$1; shift
exec 3<&0
"$@" <&- 3<&- & program=$!
(cat <&3 >/dev/null; kill -$signal $program) >/dev/null 2>&1 & watcher=$!
wait $program; code=$?
kill $watcher 2>/dev/null
exit $code`;
