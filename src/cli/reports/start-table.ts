import { styleText } from 'node:util';
import { count } from '../../basics/text';
import type { CallFigures } from '../../local/call-log';
import type { Addresses, RunningPart } from '../../local/local-run';
import type { TerminalSize } from '../command';

/** What the table of a local run shows. */
export interface RunFigures {
  readonly parts: readonly RunningPart[];
  readonly calls: readonly CallFigures[];
  /** Undefined until the gateway listens. */
  readonly addresses: Addresses | undefined;
}

/** A lower terminal shows only a summary: its other lines are for the output of the programs. */
const LEAST_LINES_ABOVE = 5;
const HEADER = ['PART', 'READY', 'CRASHES', 'REQ/S', '5XX', 'P50', 'P99'];
const STATES = {
  ready: ['✓', 'green'],
  starting: ['…', 'yellow'],
  failing: ['✗', 'red'],
} as const;

/** The lines below the output of `callsign start`: a line per part and the addresses, or a summary. */
export function startTable(figures: RunFigures, { columns, rows }: TerminalSize, colors: boolean): string[] {
  const { parts, calls, addresses } = figures;
  if (parts.length === 0) return [];
  const paint = (format: 'green' | 'red' | 'yellow' | 'dim', text: string) =>
    colors ? styleText(format, text, { validateStream: false }) : text;
  const [header, ...lines] = table(
    [HEADER, ...parts.map((part) => cellsOf(part, calls))],
    // The marks take two.
    columns - 2,
  );
  const screen = [
    paint('dim', cut(`  ${header}`, columns)),
    ...parts.map((part, i) => {
      const [mark, color] = STATES[stateOf(part)];
      return paint(color, cut(`${mark} ${lines[i]!}`, columns));
    }),
    ...(addresses ? addressLines(addresses).map((line) => cut(line, columns)) : []),
  ];
  return screen.length + LEAST_LINES_ABOVE < rows ? screen : [cut(summary(figures), columns)];
}

function cellsOf({ name, replicas, wanted, crashes }: RunningPart, calls: readonly CallFigures[]): string[] {
  const own = calls.filter(({ to, isDeclared }) => to === name && isDeclared);
  const ready = `${readyOf(replicas)}/${wanted}`;
  if (own.length === 0) return [name, ready, String(crashes), '-', '-', '-', '-'];
  const sum = (key: 'perSecond' | 'failed') => own.reduce((total, call) => total + call[key], 0);
  // The times of callers cannot be added. The slowest caller is the one to look at.
  const slowest = (key: 'p50' | 'p99') => time(Math.max(...own.map((call) => call[key] ?? -1)));
  return [
    name,
    ready,
    String(crashes),
    sum('perSecond').toFixed(1),
    String(sum('failed')),
    slowest('p50'),
    slowest('p99'),
  ];
}

function time(ms: number): string {
  if (ms < 0) return '-';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 9_950 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function readyOf(replicas: RunningPart['replicas']): number {
  return replicas.filter(({ state }) => state === 'ready').length;
}

function stateOf({ replicas, wanted, crashes }: RunningPart): keyof typeof STATES {
  if (readyOf(replicas) >= wanted) return 'ready';
  const isMissing = crashes > 0 && replicas.length < wanted;
  return isMissing || replicas.some(({ state }) => state === 'unready') ? 'failing' : 'starting';
}

/** Rows in columns: names on the left, and numbers on the right. The last columns that do not fit are left out. */
function table(rows: readonly string[][], width: number): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  // A long name leaves room for the numbers.
  widths[0] = Math.min(widths[0]!, Math.max(10, Math.floor(width / 2)));
  let rest = width;
  const fits = widths.findIndex((size, column) => (rest -= size + (column > 0 ? 2 : 0)) < 0);
  const shown = fits < 0 ? widths.length : Math.max(1, fits);
  return rows.map((row) =>
    row
      .slice(0, shown)
      .map((cell, column) => (column === 0 ? cut(cell, widths[0]!).padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

function addressLines({ gateway, dashboard }: Addresses): string[] {
  return [...(gateway.length > 0 ? [`Gateway    ${gateway.join(', ')}`] : []), `Dashboard  ${dashboard}`];
}

/** `12 of 12 replicas are ready · http://blog.localhost:8080` */
function summary({ parts, addresses }: RunFigures): string {
  const wanted = parts.reduce((sum, part) => sum + part.wanted, 0);
  const ready = parts.reduce((sum, part) => sum + readyOf(part.replicas), 0);
  const address = addresses && (addresses.gateway[0] ?? addresses.dashboard);
  return [`${ready} of ${count(wanted, 'replica')} ${wanted === 1 ? 'is' : 'are'} ready`, address]
    .filter(Boolean)
    .join(' · ');
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
