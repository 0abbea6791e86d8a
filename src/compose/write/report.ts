import { shellWord } from '../../basics/shell-word';
import { count } from '../../basics/text';
import type { KeyStatus, ReportEntry } from '../load/report';
import type { PlannedSecret } from '../plan/plan';

/** The first line of a report. An import overwrites only such a file. */
export const REPORT_HEADER = 'Written by `callsign import compose`: what each key of the Compose files becomes.';

/** One line for each key of the Compose files, and how many keys have each status. */
export function renderReport(report: readonly ReportEntry[]): string {
  const place = ({ file, line }: ReportEntry) => `${file}:${line}`;
  const placeWidth = Math.max(0, ...report.map((entry) => place(entry).length));
  const pathWidth = Math.min(60, Math.max(0, ...report.map(({ path }) => path.length)));
  const rows = report.map((entry) =>
    `${(entry.runs ? 'refused, runs' : entry.status).padEnd(13)}  ${place(entry).padEnd(placeWidth)}  ${entry.path.padEnd(pathWidth)}  ${entry.why ?? ''}`.trimEnd(),
  );
  return [REPORT_HEADER, '', ...rows, '', `${totalOf(report)}.`, ''].join('\n');
}

/** `7 keys: 4 converted, 2 approximated, 1 refused` */
export function totalOf(report: readonly ReportEntry[]): string {
  const number = (status: KeyStatus) => `${report.filter((entry) => entry.status === status).length} ${status}`;
  return `${count(report.length, 'key')}: ${number('converted')}, ${number('approximated')}, ${number('refused')}`;
}

/** The commands that create the namespace and the Secrets. A person replaces each … with the value. */
export function secretCommands(namespace: string, secrets: readonly PlannedSecret[]): string[] {
  const commands = secrets.map(({ name, keys }) => {
    const options = keys.map(({ key, file, variable }) =>
      file === undefined
        ? `--from-literal=${key}=${variable === undefined ? '…' : valueOf(variable)}`
        : `--from-file=${key}=${shellWord(file)}`,
    );
    return `kubectl -n ${namespace} create secret generic ${name} ${options.join(' ')}`;
  });
  // With --save-config, the first `kubectl apply` of the namespace prints no warning.
  return commands.length > 0 ? [`kubectl create namespace ${namespace} --save-config`, ...commands] : [];
}

/** A variable of the shell. A name that no shell accepts is left to the person. */
function valueOf(variable: string): string {
  return /^[A-Za-z_]\w*$/.test(variable) ? `"$${variable}"` : '…';
}
