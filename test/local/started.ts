import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(__dirname, '..', '..');

/** A local run as a user starts it. */
export class Started {
  output = '';
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(
    args: readonly string[],
    readonly folder: string,
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.child = spawn(process.execPath, [join(ROOT, 'bin/callsign.js'), 'start', ...args], {
      cwd: folder,
      // Only the tests of Docker reach it.
      env: { ...process.env, NO_COLOR: '1', DOCKER_HOST: 'unix:///nowhere', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => resolve(code));
    });
  }

  /** Waits until the output matches. */
  async says(text: RegExp | string, seconds = 60): Promise<RegExpExecArray> {
    const pattern = typeof text === 'string' ? new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text;
    for (const end = Date.now() + seconds * 1_000; ; await sleep(50)) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (Date.now() > end || this.child.exitCode !== null)
        throw new Error(`${pattern} is not in the output:\n${this.output}`);
    }
  }

  /** The port of the gateway, when everything is ready. */
  async ready(): Promise<number> {
    return Number((await this.says(/^Ready after .*:(\d+)/m))[1]);
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.child.exitCode === null) this.child.kill(signal);
    return this.ended;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts local runs in temporary folders, and ends them after each test. */
export function startedRuns() {
  const runs: Started[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.stop()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    folder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'callsign-start-'));
      folders.push(folder);
      return folder;
    },
    start(args: readonly string[], folder: string, environment?: Readonly<Record<string, string>>): Started {
      const run = new Started(args, folder, environment);
      runs.push(run);
      return run;
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request to the gateway, with the host that a browser would send. */
export function ask(
  port: number,
  path: string,
  { host = `localhost:${port}`, body }: { host?: string; body?: object } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body && JSON.stringify(body);
    request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: body ? 'POST' : 'GET',
        headers: { host, ...(body && { 'content-type': 'application/json' }) },
        agent: false,
        signal: AbortSignal.timeout(60_000),
      },
      (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (part: string) => (received += part));
        response.on('end', () => resolve({ status: response.statusCode!, text: received, headers: response.headers }));
      },
    )
      .on('error', reject)
      .end(text);
  });
}
