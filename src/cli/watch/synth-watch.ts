import { once } from 'node:events';
import { CallsignError } from '../../problems/problem';
import { ChartFiles } from '../app-files';
import { UsageError, type Io } from '../command';
import { printProblems } from '../output';
import { ProjectWatcher } from './project-watcher';

interface Watched {
  readonly folders: readonly string[];
  /** The folder of the manifests. Its changes are our own. */
  readonly out: string;
}

/** What one synthesis printed, and whether it wrote or found something. */
interface Outcome {
  readonly text: string;
  readonly failed: boolean;
  readonly changed: boolean;
}

/**
 * Synthesizes after each change, until a signal. It prints only what is new: written files, or other problems. Editors look
 * for the first and the last line of each report.
 */
export async function synthWatch(
  synthesize: (io: Io) => Promise<boolean>,
  { folders, out }: Watched,
  io: Io,
  stop = new AbortController(),
): Promise<number> {
  void Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal))).then(() => stop.abort());
  const watcher = new ProjectWatcher(folders, out, stop.signal);
  const charts = new ChartFiles();
  try {
    let last = await attempt(synthesize, io, true);
    report('start', last, io);
    for (;;) {
      const files = await watcher.next();
      if (stop.signal.aborted) return 0;
      charts.forget();
      const outcome = await attempt(synthesize, io);
      if (isNew(outcome, last)) report(files.join(', '), outcome, io);
      last = outcome;
    }
  } finally {
    watcher.close();
  }
}

/** A wrong command line ends the command at the start. Later, a file of the charts may only be missing for a moment. */
async function attempt(synthesize: (io: Io) => Promise<boolean>, io: Io, isFirst = false): Promise<Outcome> {
  let text = '';
  const add = (more: string) => void (text += more);
  const output = { ...io, out: add, error: add };
  try {
    const changed = await synthesize(output);
    return { text, changed, failed: false };
  } catch (error) {
    if (isFirst && error instanceof UsageError) throw error;
    if (error instanceof CallsignError) printProblems(error.problems, output);
    else add(`${(error as Error).message}\n`);
    return { text, changed: false, failed: true };
  }
}

function isNew(now: Outcome, before: Outcome): boolean {
  if (now.failed !== before.failed) return true;
  return now.failed ? now.text !== before.text : now.changed;
}

function report(cause: string, { text }: Outcome, io: Io): void {
  io.out(`Synthesizing: ${cause}\n${text}Watching for changes. Ctrl-C ends it.\n`);
}
