import { show } from '../../basics/text';
import { row, type ProblemRow } from '../../problems/problem';
import { byteQuantity } from '../shared/plus';
import { quantityProblems, resourceProblems } from '../shared/resources';
import { imageProblems, nameLength } from '../shared/value-problems';
import { MOST_SERVERS } from './pod-names';
import type { ResolvedEventLog } from './resolve';

type Found = Generator<ProblemRow>;

/** The name of a Job has at most 63 characters, and that of the passwords ends with its purpose and a hash. */
const LONGEST_NAME = 63 - '-password-01234567'.length;

/** All problems of the options of an event log. */
export function* eventLogProblems(name: string, options: ResolvedEventLog): Found {
  const { servers, image, storage, resources, passwordImage } = options;
  yield* imageProblems(image);
  yield* imageProblems(passwordImage, 'passwordImage');
  yield* resourceProblems(resources);
  yield* quantityProblems('storage', byteQuantity(storage), '1Gi');
  if (servers !== 0) yield* countProblems('servers', servers);
  yield* nameLength(name, LONGEST_NAME, 'the Job that creates the passwords');
}

/** The problem of a number of servers, or of the servers that store a stream. */
export function* countProblems(field: 'servers' | 'replicas', count: unknown): Found {
  if (count === 1 || count === 3 || count === MOST_SERVERS) return;
  yield row('event-log-invalid', {
    message: reasonAgainst(count),
    field,
    expected: `1, 3 or ${MOST_SERVERS}`,
    got: show(count),
    fix: `Write ${field}: 3. With five, the log continues without two of them.`,
  });
}

function reasonAgainst(count: unknown): string {
  if (!Number.isSafeInteger(count) || (count as number) < 1) return 'This is not a number of servers.';
  if ((count as number) > MOST_SERVERS)
    return `At most ${MOST_SERVERS} servers store a stream, so more servers make it no safer.`;
  const even = count as number;
  return `A majority must run, so ${even} servers survive no more failures than ${even - 1}.`;
}
