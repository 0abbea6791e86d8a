import type { Command } from '../../../src/cli/command';

const run = () => Promise.resolve(0);
const app = { type: 'string', help: 'the module' } as const;

/** Commands with every kind of option and word. */
export const SAMPLE: Readonly<Record<string, Command>> = {
  check: {
    usage: '[PATH…] [--app FILE] [--format text|json] [--json]\ncallsign check --explain CODE',
    summary: "Reports what's wrong: every problem [of all].",
    options: {
      app,
      format: { type: 'string', values: ['text', 'json'], help: 'the format: text, or json' },
      explain: { type: 'string', help: 'explain a code' },
      json: { type: 'boolean', help: "the same as 'json' [of --format]" },
    },
    words: Infinity,
    run,
  },
  import: {
    usage: 'compose FILE [--file FILE]… [--out DIR]',
    summary: 'Imports.',
    options: {
      file: { type: 'string', multiple: true, help: 'another file' },
      out: { type: 'string', help: 'the folder' },
    },
    words: 2,
    run,
  },
  init: { usage: '[DIR]', summary: 'Makes a project.', options: {}, words: 1, run },
  shell: { usage: 'bash|fish', summary: 'Prints a script.', options: {}, words: 1, run },
  status: {
    usage: 'PART… | --all [--take KIND/NAME:FIELD]',
    summary: 'Shows parts.',
    options: { all: { type: 'boolean', help: 'all' }, take: { type: 'string', multiple: true, help: 'a field' } },
    words: Infinity,
    run,
  },
  stop: { usage: '[--app FILE]', summary: 'Stops.', options: { app }, words: 0, run },
};
