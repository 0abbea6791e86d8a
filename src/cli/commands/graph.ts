import { validate } from '../../synth/validate';
import { CallsignError } from '../../problems/problem';
import { graphOf } from '../../links/graph';
import { dot, mermaid, svg } from '../../links/diagrams';
import { APP_OPTIONS, loadApp } from '../app';
import type { Command } from '../command';
import { printJson } from '../output';

const FORMATS = { mermaid, dot, svg };

export const graph: Command = {
  usage: '[--app FILE] [--env NAME] [--format mermaid|dot|svg] [--json]',
  summary: 'Prints the diagram of all calls.',
  options: {
    ...APP_OPTIONS,
    format: {
      type: 'string',
      values: Object.keys(FORMATS),
      help: 'mermaid for GitHub, dot for Graphviz, or svg for a browser (default: mermaid)',
    },
    json: { type: 'boolean', help: 'print the nodes and edges as JSON' },
  },
  words: 0,
  async run({ options }, io) {
    const format = (options.format ?? 'mermaid') as keyof typeof FORMATS;
    const app = await loadApp(options, io);
    const problems = validate(app);
    if (problems.length > 0) throw new CallsignError(problems);
    if (options.json) printJson(graphOf(app), io);
    else io.out(await FORMATS[format](graphOf(app)));
    return 0;
  },
};
