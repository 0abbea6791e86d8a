import { count } from '../../basics/text';
import type { KeyStatus, ReportEntry } from '../load/report';
import type { PlannedSecret } from '../plan/plan';

/** One line for each key of the Compose files, and how many keys have each status. */
export function renderReport(report: readonly ReportEntry[]): string {
  const place = ({ file, line }: ReportEntry) => `${file}:${line}`;
  const placeWidth = Math.max(0, ...report.map((entry) => place(entry).length));
  const pathWidth = Math.min(60, Math.max(0, ...report.map(({ path }) => path.length)));
  const rows = report.map((entry) =>
    `${entry.status.padEnd(12)}  ${place(entry).padEnd(placeWidth)}  ${entry.path.padEnd(pathWidth)}  ${entry.why ?? ''}`.trimEnd(),
  );
  const number = (status: KeyStatus) => `${report.filter((entry) => entry.status === status).length} ${status}`;
  const total = `${count(report.length, 'key')}: ${number('converted')}, ${number('approximated')}, ${number('refused')}`;
  return [...rows, '', total, ''].join('\n');
}

/** The commands that create the namespace and the Secrets. A person replaces each … with the value. */
export function secretCommands(namespace: string, secrets: readonly PlannedSecret[]): string[] {
  const commands = secrets.map(({ name, keys }) => {
    const options = keys.map(({ key, file, variable }) =>
      file === undefined
        ? `--from-literal=${key}=${variable === undefined ? '…' : `"$${variable}"`}`
        : `--from-file=${key}=${file}`,
    );
    return `kubectl -n ${namespace} create secret generic ${name} ${options.join(' ')}`;
  });
  // With --save-config, the first `kubectl apply` of the namespace prints no warning.
  return commands.length > 0 ? [`kubectl create namespace ${namespace} --save-config`, ...commands] : [];
}
