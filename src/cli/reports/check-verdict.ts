import { count } from '../../basics/text';
import { RECOVERY_SECONDS, type Verdict } from '../../local/check';

/** The verdict for people. */
export function verdictText({ passed, code, notDeclared, notReady, faults, killed, seed }: Verdict): string {
  const did = onPurpose(faults, killed, seed);
  if (passed) return `The check passed. ${did}.`;
  const late =
    code === undefined ? 'Not ready, so the command did not run' : `Not ready again within ${RECOVERY_SECONDS} s`;
  const reasons = [
    code !== undefined && code !== 0 && `The command ended with the code ${code}.`,
    notDeclared.length > 0 && `Called, but not declared: ${notDeclared.join(', ')}`,
    notReady.length > 0 && `${late}: ${notReady.join(', ')}`,
  ].filter((reason) => reason !== false);
  return [`The check failed. ${did}.`, ...reasons.map((reason) => `  ${reason}`)].join('\n');
}

/** What went wrong on purpose, and the seed that repeats it. */
export function onPurpose(faults: number, killed: number, seed: number): string {
  const kills = killed > 0 ? ` and ${count(killed, 'replica')} ${killed === 1 ? 'was' : 'were'} killed` : '';
  return `${count(faults, 'call')} went wrong on purpose${kills}, with the seed ${seed}`;
}
