import { count } from '../../basics/text';
import type { ConnectivityChange } from '../../connectivity/compare';
import { graphOfChanges } from '../../connectivity/manifest-graph';
import { mermaid } from '../../links/diagrams';
import type { GraphNode } from '../../links/graph';

/** The most names in one cell. */
const MOST_NAMES = 5;
/** The most rows and edges in Markdown: GitHub refuses comments with more than 65,536 characters. */
const MOST_ROWS = 150;
const MOST_EDGES = 60;

const TITLES: Record<ConnectivityChange['about'], string> = {
  exposure: 'Outside the cluster',
  database: 'Databases',
  call: 'Calls inside the cluster',
};

/** What a change opens and closes, for people. */
export function connectivityText(changes: readonly ConnectivityChange[]): string {
  if (changes.length === 0) return 'no difference: the same calls are possible before and after\n';
  const groups = groupsOf(changes).map(
    ([title, rows]) =>
      `${title}\n${rows
        .map(
          (row) =>
            `  ${row.change.padEnd(7)}  ${fromText(row)} → ${toText(row)}${notesOf(row)
              .map((note) => `  (${note})`)
              .join('')}\n`,
        )
        .join('')}`,
  );
  return `${groups.join('\n')}\n${summaryOf(changes)}\n`;
}

/** What a change opens and closes, as a table and a picture for a pull request. */
export function connectivityMarkdown(changes: readonly ConnectivityChange[]): string {
  if (changes.length === 0) return '### Connectivity: no difference\n\nThe same calls are possible before and after.\n';
  const shown = changes.slice(0, MOST_ROWS);
  const tables = groupsOf(shown).map(
    ([title, rows]) =>
      `#### ${title}\n\n| change | from | to | note |\n| --- | --- | --- | --- |\n${rows.map((row) => `| ${row.change === 'opened' ? '**opened**' : row.change} | ${code(fromText(row))} | ${code(toText(row))} | ${cell(notesOf(row).join('; '))} |\n`).join('')}`,
  );
  const more = changes.length - shown.length;
  return [
    `### Connectivity: ${summaryOf(changes)}\n`,
    ...tables,
    ...(more > 0 ? [`And ${count(more, 'more difference')}: \`callsign graph --diff\` lists all.\n`] : []),
    ...(changes.length <= MOST_EDGES ? [`\`\`\`mermaid\n${mermaid(graphOfChanges(changes))}\`\`\`\n`] : []),
  ].join('\n');
}

/** What a change opens and closes, for programs. */
export function connectivityJson(changes: readonly ConnectivityChange[]): object {
  const numbers = { opened: 0, closed: 0, added: 0, removed: 0 };
  for (const { change } of changes) numbers[change]++;
  return { ...numbers, changes };
}

/** `2 opened, 1 closed` */
function summaryOf(changes: readonly ConnectivityChange[]): string {
  return (['opened', 'closed', 'added', 'removed'] as const)
    .map((change) => [changes.filter((one) => one.change === change).length, change] as const)
    .filter(([n]) => n > 0)
    .map(([n, change]) =>
      change === 'opened' || change === 'closed' ? `${n} ${change}` : `${count(n, 'call')} ${change}`,
    )
    .join(', ');
}

function groupsOf(changes: readonly ConnectivityChange[]): [title: string, rows: ConnectivityChange[]][] {
  return Object.entries(TITLES)
    .map(([about, title]): [string, ConnectivityChange[]] => [title, changes.filter((one) => one.about === about)])
    .filter(([, rows]) => rows.length > 0);
}

function fromText({ from, path }: ConnectivityChange): string {
  return path === undefined ? from.id : `${from.id}${path}`;
}

function toText({ to, port }: ConnectivityChange): string {
  if (port === undefined) return to.id;
  return isInside(to) ? `${to.id}:${port}` : `${to.id} at ${port.startsWith('every ') ? port : `port ${port}`}`;
}

/** Whether it is an object of the manifests, and not a set of addresses or pods. */
function isInside({ namespace }: GraphNode): boolean {
  return namespace !== undefined;
}

function notesOf({ note, including = [], change }: ConnectivityChange): string[] {
  const names = including.slice(0, MOST_NAMES).join(', ');
  const more = including.length > MOST_NAMES ? ` and ${including.length - MOST_NAMES} more` : '';
  return [
    change === 'added' ? 'a new call' : change === 'removed' ? 'no longer called' : '',
    note ?? '',
    including.length > 0 ? `including ${names}${more}` : '',
  ].filter((text) => text !== '');
}

function code(text: string): string {
  return `\`${cell(text.replaceAll('`', "'"))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
