import type { Imported } from '../../compose/import';
import { renderReport } from '../../compose/write/report';

/** What is true for every imported chart. */
const NOTES = [
  'The chart has the calls from depends_on, links, and the hosts in settings and commands. Everything else is denied. If a program finds other hosts by itself, add calls().',
  'Every program runs without root. It can write only to its volumes and to the folders in `writable`.',
];

/** The report of an import, and what a person still has to do. */
export function importedText({ report, secrets, warnings }: Imported, last: readonly string[] = []): string {
  const commands =
    secrets.length > 0
      ? `\nBefore the first start, run these commands. Replace each … with the value.\n${secrets.map((command) => `  ${command}\n`).join('')}`
      : '';
  return `${renderReport(report)}${commands}\n${[...warnings, ...NOTES, ...last].join('\n')}\n`;
}
