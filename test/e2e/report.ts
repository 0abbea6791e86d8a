import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One line of the report. */
export interface Line {
  readonly step: string;
  readonly promise: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** The measurements. */
  readonly evidence?: unknown;
  /** Why the promise is broken. */
  readonly broken?: string;
  /** Why the step did not start. Such a step counts neither as passed nor as failed. */
  readonly notRun?: string;
  /** Why the step was repeated: faults of the machine or the cluster, or steps beside it. */
  readonly repeatedAfter?: readonly string[];
}

/** A folder with the evidence of one run: report.jsonl with one line per step, and further files. */
export class Report {
  readonly folder: string;

  constructor() {
    const now = new Date().toISOString().replace(/[:.]/g, '-').slice(0, 19);
    this.folder = join(__dirname, 'report', now);
    mkdirSync(this.folder, { recursive: true });
  }

  /** The path for messages. */
  get place(): string {
    return relative('', this.folder);
  }

  add(line: Line): void {
    appendFileSync(join(this.folder, 'report.jsonl'), `${JSON.stringify(line)}\n`);
  }

  /** Writes a further file and returns its path. */
  attach(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return join(this.place, name);
  }
}
