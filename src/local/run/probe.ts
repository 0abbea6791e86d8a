import { execFile } from 'node:child_process';
import { get } from 'node:http';
import { connect } from 'node:net';
import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { LOOPBACK } from '../network/ports';

interface Replica {
  readonly container: V1Container;
  /** The ports of this machine, by the ports of the container. */
  readonly ports: ReadonlyMap<number, number>;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly containerName?: string;
}

/** Whether a probe of the chart succeeds. */
export async function probe(
  { httpGet, tcpSocket, exec, timeoutSeconds = 1 }: V1Probe,
  replica: Replica,
): Promise<boolean> {
  const timeout = timeoutSeconds * 1_000;
  const { containerName } = replica;
  if (exec) {
    const inside = containerName === undefined ? [] : ['docker', 'exec', containerName];
    return succeeds([...inside, ...(exec.command ?? [])], replica, timeout);
  }
  const port = portOf((httpGet ?? tcpSocket)?.port, replica);
  if (port === undefined) return true;
  return httpGet ? answers(port, httpGet.path ?? '/', timeout) : accepts(port, timeout, containerName !== undefined);
}

function answers(port: number, path: string, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: LOOPBACK, port, path, timeout, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode! >= 200 && response.statusCode! < 400);
    })
      .on('timeout', function (this: ReturnType<typeof get>) {
        this.destroy();
      })
      .on('error', () => resolve(false));
  });
}

/** Docker accepts connections before the program in the container does, and then closes them. */
const CLOSED_BY_DOCKER_MS = 300;

function accepts(port: number, timeout: number, isContainer: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port, timeout });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket
      .on('connect', () => (isContainer ? setTimeout(() => end(true), CLOSED_BY_DOCKER_MS) : end(true)))
      .on('close', () => end(false))
      .on('timeout', () => end(false))
      .on('error', () => end(false));
  });
}

function succeeds(
  [program = '', ...args]: readonly string[],
  { env, folder }: Replica,
  timeout: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd: folder, timeout }, (error) => resolve(error === null));
  });
}

function portOf(port: string | number | object | undefined, { container, ports }: Replica): number | undefined {
  const number =
    typeof port === 'string' ? container.ports?.find(({ name }) => name === port)?.containerPort : Number(port);
  return number === undefined ? undefined : ports.get(number);
}
