import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One line of the report. */
export interface Line {
  readonly step: string;
  readonly promise: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What was seen. */
  readonly evidence?: unknown;
  /** Why it is not so. */
  readonly broken?: string;
  /** What gave way below the step the first time, where it was tried again. */
  readonly repeatedAfter?: readonly string[];
}

/** A folder with the evidence of one run: report.jsonl, a line each step, and what belongs to it. */
export class Report {
  readonly folder: string;

  constructor() {
    const now = new Date().toISOString().replace(/[:.]/g, '-').slice(0, 19);
    this.folder = join(__dirname, 'report', now);
    mkdirSync(this.folder, { recursive: true });
  }

  /** How a person would name it. */
  get place(): string {
    return relative('', this.folder);
  }

  add(line: Line): void {
    appendFileSync(join(this.folder, 'report.jsonl'), `${JSON.stringify(line)}\n`);
  }

  /** A text beside the lines; returns where it is. */
  attach(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return join(this.place, name);
  }
}
