import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import type { Call, Caller, Endpoint } from '../links/endpoint';
import { partVariable, plainParts } from '../links/variables';
import type { CallLog } from './call-log';
import type { FaultPlan } from './faults/fault-plan';
import type { Tracer } from './traces/tracer';
import { httpPort, tcpPort } from './network/callee-port';
import type { NamedPort } from './network/host-name';
import type { HttpProxy } from './network/http-proxy';
import { listen, LOOPBACK, type Reach } from './network/ports';
import { callerProxy, type Names } from './network/caller-proxy';
import { UdpPort } from './network/udp-port';
import type { Upstream } from './network/upstream';

/** The ports through which one caller calls. */
export interface Calls {
  /** The variables of its calls. */
  readonly variables: Readonly<Record<string, string>>;
  /** The port on this machine, by host and port of the call. The port `*` is for every other port. */
  readonly names: Names;
  /** The port of an HTTP proxy for these names. */
  readonly proxyPort: number;
  readonly servers: readonly Closable[];
}

/** A server that stops with the local run. */
export interface Closable {
  close(): unknown;
}

interface Network {
  readonly proxy: HttpProxy;
  readonly log: CallLog;
  readonly faults: FaultPlan;
  readonly tracer: Tracer;
  /** Everything that has a name. */
  readonly endpoints: readonly Endpoint[];
  readonly upstreamOf: (target: Endpoint, port: number) => Upstream;
  /** The answer to a call that the charts do not declare. */
  readonly refuse: (caller: Caller, called: NamedPort) => string;
}

/** Opens a port for each call of a caller. So every call is known, and a call that is not declared is refused. */
export async function openCalls(
  caller: Caller,
  { proxy, log, faults, tracer, endpoints, upstreamOf, refuse }: Network,
  { listens, host: reached }: Reach = { listens: LOOPBACK, host: LOOPBACK },
): Promise<Calls> {
  const servers: Closable[] = [];
  const variables: Record<string, string> = {};
  const names: Record<string, Record<string, number>> = {};
  const open = async (server: Server): Promise<number> => {
    servers.push(server);
    return listen(server, 0, listens);
  };
  const refusal = await open(callerProxy({ names, listens, refuse: (called) => refuse(caller, called) }));
  for (const endpoint of endpoints) for (const host of hostsOf(endpoint, caller)) names[host] = { '*': refusal };

  for (const call of caller.calls) {
    const { to, as, through } = call;
    const { address } = through;
    if (!address || to.options.kind === 'external') continue;
    const upstream = upstreamOf(to, targetPort(call));
    const ends = [caller.name, to.name] as const;
    log.declare(...ends);
    const watched = {
      onCall: () => log.made(...ends),
      onAnswer: (status: number, ms: number) => log.answered(...ends, status, ms),
      trace: (incoming: IncomingMessage) => tracer.begin(...ends, incoming),
      effect: () => faults.next(...ends),
    };
    if (address.protocol === 'udp') {
      const server = new UdpPort(upstream, watched);
      servers.push(server);
      // Only the variables lead there, because the proxy for names carries no datagrams.
      Object.assign(variables, variablesOf(call, as, reached, await server.listen(listens)));
      continue;
    }
    const server = address.protocol === 'http' ? httpPort(upstream, proxy, watched) : tcpPort(upstream, watched);
    const port = await open(server);
    Object.assign(variables, variablesOf(call, as, reached, port));
    const own = through.ownPort === undefined ? {} : { [through.ownPort]: port };
    for (const host of hostsOf(to, caller, through.service))
      names[host] = { ...names[host], ...own, [address.port]: port };
  }
  return { variables, names, proxyPort: refusal, servers };
}

function variablesOf({ through }: Call, as: string, host: string, port: number): Record<string, string> {
  const { protocol } = through.address!;
  if (protocol === 'event-log') return { [partVariable(as, 'SERVERS')]: `${host}:${port}` };
  if (protocol === 'database') return { [partVariable(as, 'HOST')]: host, [partVariable(as, 'PORT')]: String(port) };
  const local = { protocol: protocol === 'https' ? 'http' : protocol, port };
  return Object.fromEntries(plainParts(local, host).map(([part, value]) => [partVariable(as, part), value]));
}

/** The port of the container behind the port of the Service. */
function targetPort({ through: { address, ports = [] } }: Call): number {
  const [port] = ports;
  return address!.protocol === 'http' && typeof port === 'number' ? port : address!.port;
}

/** The names by which cluster DNS knows it. */
function hostsOf(endpoint: Endpoint, caller: Caller, service = endpoint.name): string[] {
  const { namespace } = endpoint;
  const near = namespace === caller.namespace ? [service] : [];
  if (namespace === undefined) return near;
  return [...near, ...['', '.svc', '.svc.cluster.local'].map((end) => `${service}.${namespace}${end}`)];
}
