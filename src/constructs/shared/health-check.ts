import type { V1Probe } from '@kubernetes/client-node';
import { isPlainPath } from './value-problems';
import type { Check, TouchedFile } from './values';

/** The times of probes, if no option sets them. */
export const PROBE_TIMES = {
  startup: 60,
  timeout: 2,
  interval: { live: 10, ready: 3 },
  failures: { live: 3, ready: 2 },
} as const;

/** Whether a value is a health check. */
export function isCheck(check: unknown): check is Check {
  if (Array.isArray(check)) return check.length > 0 && check.every((word) => typeof word === 'string');
  if (isTouchedFile(check)) return isPlainPath(check.touched) && Number.isInteger(check.within) && check.within > 0;
  return check === 'tcp' || isPlainPath(check);
}

/** Whether the node runs a command for a check, so that it needs no port. */
export function runsCommand(check: Check): check is readonly string[] | TouchedFile {
  return typeof check !== 'string';
}

/** What a probe does: it runs a command, opens a connection to the port, or sends a request. */
export function probeAction(check: Check, port: number | string): V1Probe {
  if (isTouchedFile(check)) return { exec: { command: ['sh', '-c', IS_RECENT, check.touched, String(check.within)] } };
  if (runsCommand(check)) return { exec: { command: [...check] } };
  return check === 'tcp' ? { tcpSocket: { port } } : { httpGet: { path: check, port } };
}

function isTouchedFile(check: unknown): check is TouchedFile {
  return typeof check === 'object' && check !== null && 'touched' in check;
}

/** Linux and macOS have different options for the time of the last change. */
const IS_RECENT =
  'changed=$(stat -c %Y "$0" 2>/dev/null || stat -f %m "$0" 2>/dev/null) && test $(($(date +%s) - changed)) -le "$1"';
