import { shellWord } from '../../basics/shell-word';
import type { Imported } from '../../compose/import';
import type { ImportedPart } from '../../compose/write/parts';
import { totalOf } from '../../compose/write/report';
import { columns } from './columns';
import { lostSettings, type DecisionRank, type KeyGroup } from '../../compose/write/summary';

/** What the report says about its files and the next commands. */
interface Reported {
  /** The file with the list of all keys. */
  readonly keys?: string | undefined;
  /** The command that imports the same files again, without options that only choose what is written. */
  readonly command: string;
  /** Whether `--pin` was given. */
  readonly isPinned?: boolean;
  /** The file of the chart. */
  readonly chart?: string | undefined;
  /** Further lines at the end. */
  readonly last?: readonly string[];
}

/** What is true for every imported chart. */
const NOTES = [
  'The chart has the calls from depends_on, links, and the hosts in settings and commands. Everything else is denied. If a program finds other hosts by itself, add calls().',
  'Without an exception, a program runs without root, and writes only to its volumes and to the folders in `writable`.',
];

const RANKS: Readonly<Record<DecisionRank, string>> = { start: 'to start', security: 'security', other: 'other' };

/** The report of an import on one screen, and what a person still has to do. */
export function importedText(
  imported: Imported,
  { keys, command, isPinned = false, chart, last = [] }: Reported,
): string {
  const { parts, decisions, unpinned, report, secrets } = imported;
  const lost = lostSettings(report).map((group) => groupLine(group));
  const decided = decisions.map(({ rank, ...group }) => `${RANKS[rank].padEnd(8)}  ${groupLine(group)}`);
  const total = `${totalOf(report)}. ${keys === undefined ? `To write the list of all keys to a file: ${command} --report import.txt` : `The list of all keys is in ${keys}.`}`;
  const pin = unpinned.length > 0 && !isPinned ? [pinLine(unpinned, command, chart)] : [];
  const sections = [
    section('What runs', partLines(parts)),
    section('What needs a decision', decided),
    section('What is lost, and the programs run without it', lost),
    section('Before the first start, run these commands. Replace each … with the value.', secrets),
    `${[...NOTES, ...pin, total, ...last].join('\n')}\n`,
  ];
  return sections.filter((text) => text !== '').join('\n');
}

/** How to get versions. An import overwrites no chart, so the old one must go first. */
function pinLine(unpinned: readonly string[], command: string, chart: string | undefined): string {
  const [first, out] = chart === undefined ? ['run', ''] : [`delete ${chart} and run`, ` --out ${shellWord(chart)}`];
  return `To write what ${unpinned.join(', ')} means now as a fixed version, ${first}: ${command} --pin${out}`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length > 0 ? `${title}\n${lines.map((line) => `  ${line}\n`).join('')}` : '';
}

/** One line for each part, in columns. */
function partLines(parts: readonly ImportedPart[]): string[] {
  return columns(
    parts.map(({ name, kind, image, addresses }) => [name, kind, image, addresses.join(', ') || 'inside only']),
  );
}

/** The first key, how many more there are, and the reason. */
function groupLine({ message, places: [first, ...others] }: KeyGroup): string {
  if (!first) return message;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${first.path} (${first.file}:${first.line})${more}: ${message}`;
}
