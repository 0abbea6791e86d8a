import type { Variables } from '../cluster/connection/kubectl-child';
import { INSTALL } from '../images/docker/docker';
import type { Finding } from './finding';
import { LIMIT_MS } from './limit';
import { objectIn, runProgram } from './run-program';

interface Side {
  readonly Version?: string;
  readonly Os?: string;
}

const START = 'Start Docker: open Docker Desktop, or run sudo systemctl start docker.';

/** The program `docker`, and its engine. */
export async function dockerFinding(environment: Variables): Promise<Finding> {
  const answer = await runProgram('docker', ['version', '--format', '{{json .}}'], environment);
  const base = { name: 'docker', why: 'for callsign images, and for images from a registry in callsign start' };
  if (answer.state === 'missing') return { ...base, state: 'warning', found: 'not installed', fix: INSTALL.docker };
  if (answer.state === 'late')
    return { ...base, state: 'warning', found: `does not answer within ${LIMIT_MS / 1_000} s`, fix: START };
  const { Client, Server } = (objectIn(answer.out) ?? {}) as { Client?: Side; Server?: Side | null };
  const version = Client?.Version ?? 'unknown version';
  if (!answer.isDone) {
    if (/permission denied/i.test(answer.error))
      return {
        ...base,
        state: 'warning',
        found: `${version}, but this user may not connect to the engine`,
        fix: 'Add the user to the group docker, and log in again: sudo usermod -aG docker USER.',
      };
    return { ...base, state: 'warning', found: `${version}, but the engine does not answer`, fix: START };
  }
  if (Server?.Os === 'windows')
    return {
      ...base,
      state: 'warning',
      found: `${version}, with an engine for Windows containers`,
      fix: 'Switch Docker Desktop to Linux containers.',
    };
  return { ...base, state: 'ok', found: `${version}, engine ${Server?.Version ?? version}` };
}
