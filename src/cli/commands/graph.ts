import { validate } from '../../synth/validate';
import { CallsignError } from '../../problems/problem';
import { graphOf } from '../../links/graph';
import { dot, mermaid, svg } from '../../links/diagrams';
import { APP_OPTIONS, loadApp } from '../app';
import { UsageError, type Command } from '../command';
import { tellJson } from '../output';

export const graph: Command = {
  usage: '[--app FILE] [--env NAME] [--format mermaid|dot|svg] [--json]',
  summary: 'Prints the picture of who calls whom.',
  options: {
    ...APP_OPTIONS,
    format: { type: 'string', help: 'mermaid, which GitHub shows; dot, for Graphviz; svg, for a browser (mermaid)' },
    json: { type: 'boolean', help: 'tell nodes and edges to a program' },
  },
  words: 0,
  async run({ options }, io) {
    const pictures = { mermaid, dot, svg };
    const format = (options.format ?? 'mermaid') as keyof typeof pictures;
    if (!Object.hasOwn(pictures, format))
      throw new UsageError(
        `There is no format ${JSON.stringify(format)}. Expected: ${Object.keys(pictures).join(', ')}.`,
      );
    const app = await loadApp(options, io);
    const problems = validate(app);
    if (problems.length > 0) throw new CallsignError(problems);
    if (options.json) tellJson(graphOf(app), io);
    else io.out(await pictures[format](graphOf(app)));
    return 0;
  },
};
