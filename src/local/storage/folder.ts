import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallsignError } from '../../problems/problem';

/** The folder of a local run, in the folder of the project: data, secrets and files. Git ignores it. */
const LOCAL_FOLDER = '.callsign';

/** The local run of one project. Only one runs at a time. */
export class LocalFolder {
  readonly #lock: string;

  private constructor(readonly path: string) {
    this.#lock = join(path, 'running.json');
  }

  /** Takes the folder for this process. Throws if another local run uses it. */
  static take(project: string): LocalFolder {
    const folder = new LocalFolder(join(project, LOCAL_FOLDER));
    mkdirSync(folder.path, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder.path, '.gitignore'), '*\n');
    for (let attempt = 1; ; attempt++) {
      try {
        writeFileSync(folder.#lock, JSON.stringify({ pid: process.pid }), { flag: 'wx' });
        return folder;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 3) throw error;
        const pid = folder.#holder();
        if (pid !== undefined && isRunning(pid)) throw new CallsignError([takenProblem(pid)]);
        rmSync(folder.#lock, { force: true });
      }
    }
  }

  /** A folder below it, which is created if it does not exist. */
  folder(...names: string[]): string {
    const path = join(this.path, ...names);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** The path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  free(): void {
    rmSync(this.#lock, { force: true });
  }

  #holder(): number | undefined {
    try {
      return (JSON.parse(readFileSync(this.#lock, 'utf8')) as { pid?: number }).pid;
    } catch {
      return undefined;
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function takenProblem(pid: number) {
  return {
    code: 'start-running' as const,
    message: 'The application of this folder is already running.',
    got: `process ${pid}`,
    fix: `Stop it with Ctrl-C in its terminal, or: kill ${pid}.`,
  };
}
