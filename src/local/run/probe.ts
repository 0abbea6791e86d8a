import { execFile } from 'node:child_process';
import { get } from 'node:http';
import { connect } from 'node:net';
import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { ProbeFailure } from '../../constructs/microservice/pod/probe-report';
import { LOOPBACK } from '../network/ports';

interface Replica {
  readonly container: V1Container;
  /** The ports of this machine, by the ports of the container. */
  readonly ports: ReadonlyMap<number, number>;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly containerName?: string;
}

/** Runs a probe of the chart. Undefined if it succeeds. */
export async function probe(
  { httpGet, tcpSocket, exec, timeoutSeconds = 1 }: V1Probe,
  replica: Replica,
): Promise<ProbeFailure | undefined> {
  const timeout = timeoutSeconds * 1_000;
  const { containerName } = replica;
  if (exec) {
    const inside = containerName === undefined ? [] : ['docker', 'exec', containerName];
    return succeeds([...inside, ...(exec.command ?? [])], replica, timeout);
  }
  const port = localPortOf({ httpGet, tcpSocket }, replica);
  if (port === undefined) return undefined;
  return httpGet ? answers(port, httpGet.path ?? '/', timeout) : accepts(port, timeout, containerName !== undefined);
}

/** The port of this machine that a probe asks. */
export function localPortOf(
  { httpGet, tcpSocket }: V1Probe,
  replica: Pick<Replica, 'container' | 'ports'>,
): number | undefined {
  return portOf((httpGet ?? tcpSocket)?.port, replica);
}

function answers(port: number, path: string, timeout: number): Promise<ProbeFailure | undefined> {
  return new Promise((resolve) => {
    get({ host: LOOPBACK, port, path, timeout, agent: false }, (response) => {
      response.resume();
      const status = response.statusCode!;
      resolve(status >= 200 && status < 400 ? undefined : { cause: 'status', status });
    })
      .on('timeout', function (this: ReturnType<typeof get>) {
        resolve({ cause: 'late' });
        this.destroy();
      })
      .on('error', (error: NodeJS.ErrnoException) => resolve(failureOf(error)));
  });
}

/** Docker accepts connections before the program in the container does, and then closes them. */
const CLOSED_BY_DOCKER_MS = 300;

function accepts(port: number, timeout: number, isContainer: boolean): Promise<ProbeFailure | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port, timeout });
    const end = (failure?: ProbeFailure) => {
      socket.destroy();
      resolve(failure);
    };
    socket
      .on('connect', () => (isContainer ? setTimeout(end, CLOSED_BY_DOCKER_MS) : end()))
      .on('close', () => end({ cause: 'refused' }))
      .on('timeout', () => end({ cause: 'late' }))
      .on('error', (error: NodeJS.ErrnoException) => end(failureOf(error)));
  });
}

function succeeds(
  [program = '', ...args]: readonly string[],
  { env, folder }: Replica,
  timeout: number,
): Promise<ProbeFailure | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd: folder, timeout }, (error, stdout, stderr) => {
      if (error === null) resolve(undefined);
      else
        resolve(
          error.killed ? { cause: 'late' } : { cause: 'other', text: stderr.trim() || stdout.trim() || error.message },
        );
    });
  });
}

/** Docker closes connections to a port on which no program of the container listens. */
function failureOf({ code, message }: NodeJS.ErrnoException): ProbeFailure {
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' ? { cause: 'refused' } : { cause: 'other', text: message };
}

function portOf(
  port: string | number | object | undefined,
  { container, ports }: Pick<Replica, 'container' | 'ports'>,
): number | undefined {
  const number =
    typeof port === 'string' ? container.ports?.find(({ name }) => name === port)?.containerPort : Number(port);
  return number === undefined ? undefined : ports.get(number);
}
