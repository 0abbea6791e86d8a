import type { V1EnvVar } from '@kubernetes/client-node';
import { parseQuantity } from '../../k8s/quantity';
import { byteQuantity } from '../shared/plus';
import { podNames } from './pod-names';
import type { ResolvedEventLog } from './resolve';

/** The ports of a server: for clients, for the other servers, and for the probes. */
export const SERVER_PORTS = { nats: 4222, cluster: 6222, monitor: 8222 } as const;

/** The folder of the data in the container. */
export const DATA_FOLDER = '/data';

/** The user of the callers. */
export const CALLER_USER = 'event-log';
/** The user of administrators, who see and change the cluster. */
const SYSTEM_USER = 'system';
/** The user as which a server connects to another one. */
const ROUTES_USER = 'routes';

/** The keys of the Secret with the passwords. */
export const PASSWORDS = { callers: 'password', system: 'system-password', routes: 'routes-password' } as const;

/** The part of a claim that events may use. The rest is for the file system and for the protocol between the servers. */
const USED_STORAGE = 0.8;
/** The largest message, with its headers. It is the default of the server, written down so that it does not change. */
const MOST_BYTES = 1024 * 1024;

/** The configuration of a server. It is the same for all servers of a log, and contains no password. */
export function configurationOf(name: string, { servers, storage }: ResolvedEventLog): string {
  const bytes = parseQuantity(byteQuantity(storage)) ?? 0;
  return `server_name: $SERVER_NAME
port: ${SERVER_PORTS.nats}
http_port: ${SERVER_PORTS.monitor}
max_payload: ${MOST_BYTES}

jetstream {
  store_dir: "${DATA_FOLDER}"
  # An event is on the disk before its publisher gets the confirmation.
  sync_interval: always
  max_file_store: ${Math.floor(bytes * USED_STORAGE)}
  # Streams in memory would not survive a restart.
  max_memory_store: 0
}

accounts {
  LOG {
    jetstream: enabled
    users: [{ user: ${CALLER_USER}, password: $PASSWORD }]
  }
  SYS {
    users: [{ user: ${SYSTEM_USER}, password: $SYSTEM_PASSWORD }]
  }
}
system_account: SYS
${servers > 1 ? clusterOf(name, servers) : ''}`;
}

function clusterOf(name: string, servers: number): string {
  return `
# A server that stops first hands over its streams. Then it closes the connections of its clients, one after the other.
lame_duck_grace_period: 5s
lame_duck_duration: 30s

cluster {
  name: "${name}"
  port: ${SERVER_PORTS.cluster}
  # Clients know the names of all servers. Addresses of pods would become outdated.
  no_advertise: true
  authorization { user: ${ROUTES_USER}, password: $ROUTES_PASSWORD }
  routes: [${podNames(name, servers)
    .map((_, i) => `$ROUTE_${i}`)
    .join(', ')}]
}
`;
}

/**
 * The variables that the configuration reads. The server parses their values, so a password without quotes could be read as
 * a number.
 */
export function configurationVariables(name: string, { servers }: ResolvedEventLog): V1EnvVar[] {
  const logins = {
    PASSWORD: PASSWORDS.callers,
    SYSTEM_PASSWORD: PASSWORDS.system,
    ...(servers > 1 && { ROUTES_PASSWORD: PASSWORDS.routes }),
  };
  const routes = servers > 1 ? podNames(name, servers) : [];
  return [
    { name: 'SERVER_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...Object.entries(logins).flatMap(([variable, key]): V1EnvVar[] => [
      { name: `${variable}_TEXT`, valueFrom: { secretKeyRef: { name, key } } },
      { name: variable, value: quoted(`$(${variable}_TEXT)`) },
    ]),
    ...routes.map((pod, i) => ({
      name: `ROUTE_${i}`,
      value: quoted(`nats://${ROUTES_USER}:$(ROUTES_PASSWORD_TEXT)@${pod}.${name}:${SERVER_PORTS.cluster}`),
    })),
  ];
}

function quoted(text: string): string {
  return `"${text}"`;
}
