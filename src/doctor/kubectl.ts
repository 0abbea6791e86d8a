import type { Variables } from '../cluster/connection/kubectl-child';
import { kubectlMissing } from '../cluster/connection/problems';
import type { Finding } from './finding';
import { LIMIT_MS } from './limit';
import { objectIn, runProgram, type ProgramAnswer } from './run-program';
import { minorOf } from './versions';

export function askKubectl(environment: Variables): Promise<ProgramAnswer> {
  return runProgram('kubectl', ['version', '--client', '--output=json'], environment);
}

/** The program `kubectl`. Its version may differ by one minor version from that of the server. */
export function kubectlFinding(answer: ProgramAnswer, server: string | undefined, isAsked: boolean): Finding {
  const base = { name: 'kubectl', why: 'for diff, apply, status, logs, restart and dev' };
  if (answer.state === 'missing')
    return { ...base, state: isAsked ? 'missing' : 'warning', found: 'not installed', fix: kubectlMissing().fix };
  const { clientVersion } = ((answer.state === 'ended' && objectIn(answer.out)) || {}) as {
    clientVersion?: { gitVersion?: string };
  };
  const version = clientVersion?.gitVersion;
  if (version === undefined)
    return {
      ...base,
      state: 'warning',
      found: answer.state === 'late' ? `does not answer within ${LIMIT_MS / 1_000} s` : 'unknown version',
      fix: 'Make this command work first: kubectl version --client.',
    };
  if (server !== undefined && Math.abs(minorOf(version) - minorOf(server)) > 1)
    return {
      ...base,
      state: 'warning',
      found: `${version}, but the server has ${server}: kubectl supports one minor version more or less`,
      fix: `Install kubectl 1.${minorOf(server)}.`,
    };
  return { ...base, state: 'ok', found: version };
}
