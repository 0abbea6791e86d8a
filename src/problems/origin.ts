import { join, relative, sep } from 'node:path';
import { PACKAGE_FOLDER } from '../basics/package-folder';
import type { Place } from './problem';

// The charts of this repository are next to these folders, so the list names each folder of the library.
const LIBRARY = [
  'dist',
  ...['basics', 'problems', 'k8s', 'images', 'links', 'constructs', 'settings', 'synth', 'check'].map((step) =>
    join('src', step),
  ),
].map((folder) => join(PACKAGE_FOLDER, folder) + sep);
const FRAME = /\(?(?:file:\/\/)?([^()\s][^()]*?):(\d+):(\d+)\)?$/;

/** Records the caller of the running code. This is cheap: the stack is formatted only when it is read. */
export class Origin {
  readonly #trace: { stack?: string } = {};

  /** `above`: a constructor. Its frame, and the frames that it calls, are left out. */
  constructor(above?: abstract new (...args: never) => unknown) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 15;
    Error.captureStackTrace(this.#trace, above);
    Error.stackTraceLimit = limit;
  }

  /** The line of the user's program, outside the library and its dependencies. */
  get place(): Place | undefined {
    for (const frame of this.#trace.stack?.split('\n').slice(1) ?? []) {
      const [, file, line, column] = FRAME.exec(frame.replace(/^\s*at (?:.*? \()?/, '')) ?? [];
      if (!file || file.startsWith('node:') || file.includes(`${sep}node_modules${sep}`)) continue;
      if (LIBRARY.some((folder) => file.startsWith(folder))) continue;
      return { file: relative(process.cwd(), file), line: Number(line), column: Number(column) };
    }
    return undefined;
  }
}
