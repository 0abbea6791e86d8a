import { validate } from '../../synth/validate';
import { CallsignError } from '../../problems/problem';
import { connectivityChanges, type ConnectivityChange } from '../../connectivity/compare';
import { graphOfChanges, graphOfManifests } from '../../connectivity/manifest-graph';
import { graphOf, type Graph } from '../../links/graph';
import { dot, mermaid, svg } from '../../links/diagrams';
import { APP_OPTIONS, loadApp } from '../app';
import { comparedManifests, manifestsAt } from '../compared';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { printJson } from '../output';
import { connectivityJson, connectivityMarkdown, connectivityText } from '../reports/connectivity';

const PICTURES = { mermaid, dot, svg };
const REPORTS = ['text', 'markdown'] as const;
type Format = keyof typeof PICTURES | (typeof REPORTS)[number];

export const graph: Command = {
  usage: '[PATH…] [--diff REV|DIR] [--app FILE] [--env NAME] [--format mermaid|dot|svg|text|markdown] [--json]',
  summary: 'Prints the diagram of all calls. Paths: manifests of any origin (default: the charts).',
  options: {
    diff: {
      type: 'string',
      help: 'show which calls the paths open and close since that git revision or folder (paths: k8s-out). Exits with 1 if there is a difference',
    },
    ...APP_OPTIONS,
    format: {
      type: 'string',
      values: [...Object.keys(PICTURES), ...REPORTS],
      help: 'mermaid for GitHub, dot for Graphviz, svg for a browser; with --diff also text, or markdown for a pull request (default: mermaid, with --diff text)',
    },
    json: { type: 'boolean', help: 'print the nodes and edges, or the differences, as JSON' },
  },
  words: Infinity,
  async run({ options, words }, io) {
    const format = (options.format ?? (options.diff === undefined ? 'mermaid' : 'text')) as Format;
    if (options.diff !== undefined) {
      const { before, after } = await comparedManifests(String(options.diff), words, options, io);
      const changes = connectivityChanges(before, after);
      await printChanges(changes, format, options.json === true, io);
      return changes.length > 0 ? 1 : 0;
    }
    if (format === 'text' || format === 'markdown') throw new UsageError(`--format ${format} needs --diff.`);
    const found = words.length > 0 ? graphOfManifests(manifestsAt(words, io)) : await graphOfCharts(options, io);
    if (options.json) printJson(found, io);
    else io.out(await PICTURES[format](found));
    return 0;
  },
};

async function graphOfCharts(options: Arguments['options'], io: Io): Promise<Graph> {
  const app = await loadApp(options, io);
  const problems = validate(app);
  if (problems.length > 0) throw new CallsignError(problems);
  return graphOf(app);
}

async function printChanges(
  changes: readonly ConnectivityChange[],
  format: Format,
  asJson: boolean,
  io: Io,
): Promise<void> {
  if (asJson) printJson(connectivityJson(changes), io);
  else if (format === 'text') io.out(connectivityText(changes));
  else if (format === 'markdown') io.out(connectivityMarkdown(changes));
  else io.out(await PICTURES[format](graphOfChanges(changes)));
}
