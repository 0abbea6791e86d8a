import { validate } from '../../synth/validate';
import { CallsignError } from '../../problems/problem';
import { graphOf } from '../../links/graph';
import { dot, mermaid, svg } from '../../links/diagrams';
import { APP_OPTIONS, loadApp } from '../app';
import { UsageError, type Command } from '../command';
import { printJson } from '../output';

export const graph: Command = {
  usage: '[--app FILE] [--env NAME] [--format mermaid|dot|svg] [--json]',
  summary: 'Prints the diagram of all calls.',
  options: {
    ...APP_OPTIONS,
    format: { type: 'string', help: 'mermaid for GitHub, dot for Graphviz, or svg for a browser (default: mermaid)' },
    json: { type: 'boolean', help: 'print the nodes and edges as JSON' },
  },
  words: 0,
  async run({ options }, io) {
    const formats = { mermaid, dot, svg };
    const format = (options.format ?? 'mermaid') as keyof typeof formats;
    if (!Object.hasOwn(formats, format))
      throw new UsageError(`Unknown format: ${JSON.stringify(format)}. Expected: ${Object.keys(formats).join(', ')}.`);
    const app = await loadApp(options, io);
    const problems = validate(app);
    if (problems.length > 0) throw new CallsignError(problems);
    if (options.json) printJson(graphOf(app), io);
    else io.out(await formats[format](graphOf(app)));
    return 0;
  },
};
