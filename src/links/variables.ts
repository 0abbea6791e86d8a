import type { V1EnvVar } from '@kubernetes/client-node';
import type { Address, PlainAddress } from './address';
import { poolOf } from './connections';
import { variableName } from '../k8s/names';
import type { Caller } from './endpoint';

/** The prefix of the variables for the database in which a microservice stores its data. */
export const DATABASE_PREFIX = 'DATABASE';
/** The prefix of the variables for the event log in which a microservice keeps its events. */
export const EVENT_LOG_PREFIX = 'EVENT_LOG';

/** The parts of a plain address that become variables. */
export type PlainPart = 'URL' | 'HOST' | 'PORT';
/** The parts of the address of a database that become variables, in this order. */
export const DATABASE_PARTS = ['HOST', 'PORT', 'NAME', 'USER', 'PASSWORD'] as const;
/** The last part of the variable with the size of the connection pool: `DATABASE_POOL`. */
export const POOL = 'POOL';
/** A part of the address of a database. */
export type DatabasePart = (typeof DATABASE_PARTS)[number];
/** The parts of the address of an event log that become variables, in this order. */
export const EVENT_LOG_PARTS = ['SERVERS', 'USER', 'PASSWORD', 'REPLICAS'] as const;
type EventLogPart = (typeof EVENT_LOG_PARTS)[number];

/** The name of one variable of a call: `COMMENTS_URL`. */
export function partVariable(prefix: string, part: PlainPart | DatabasePart | EventLogPart | typeof POOL): string {
  return `${prefix}_${part}`;
}

/** The prefix of the name of a variable that ends with this part; undefined if it ends otherwise. */
export function prefixOf(name: string, part: PlainPart | DatabasePart): string | undefined {
  const end = partVariable('', part);
  return name.endsWith(end) ? name.slice(0, -end.length) : undefined;
}

/** At least one part of a plain address, each with its value. */
export type PlainParts = readonly [[PlainPart, string], ...[PlainPart, string][]];

/** The parts of a plain address: a URL for HTTP, otherwise a host and a port. */
export function plainParts({ protocol, port }: PlainAddress, host: string): PlainParts {
  if (protocol === 'tcp' || protocol === 'udp')
    return [
      ['HOST', host],
      ['PORT', String(port)],
    ];
  const isDefaultPort = port === { http: 80, https: 443 }[protocol];
  return [['URL', `${protocol}://${host}${isDefaultPort ? '' : `:${port}`}`]];
}

/** The variables of one call of the caller with this name. */
export function addressVariables(address: Address, prefix: string, host: string, caller: string): V1EnvVar[] {
  if (address.protocol === 'event-log') {
    const { serversAt, user, password, replicas } = address;
    return partVariables(prefix, EVENT_LOG_PARTS, {
      SERVERS: { value: serversAt(host).join(',') },
      USER: { value: user },
      PASSWORD: secretKey(password.secret, password.key),
      REPLICAS: { value: String(replicas) },
    });
  }
  if (address.protocol !== 'database')
    return plainParts(address, host).map(([part, value]) => ({ name: partVariable(prefix, part), value }));
  const { databaseName, user, secret } = address.loginOf(caller);
  return partVariables(prefix, DATABASE_PARTS, {
    HOST: { value: host },
    PORT: { value: String(address.port) },
    NAME: { value: databaseName },
    USER: { value: user },
    PASSWORD: secretKey(secret, 'password'),
  });
}

type Value = Omit<V1EnvVar, 'name'>;

function partVariables<Part extends DatabasePart | EventLogPart>(
  prefix: string,
  parts: readonly Part[],
  values: Readonly<Record<Part, Value>>,
): V1EnvVar[] {
  return parts.map((part) => ({ name: partVariable(prefix, part), ...values[part] }));
}

function secretKey(name: string, key: string): Value {
  return { valueFrom: { secretKeyRef: { name, key } } };
}

/** The variables of all calls of a caller, in the order of the calls. */
export function callVariables({ calls, namespace, name }: Caller): V1EnvVar[] {
  return calls.flatMap((call) => {
    const { to, as, through } = call;
    const { address } = through;
    const pool = poolOf(call);
    return [
      ...(address ? addressVariables(address, as, to.hostFor(namespace, through), name) : []),
      ...(pool === undefined ? [] : [{ name: partVariable(as, POOL), value: String(pool) }]),
    ];
  });
}

/** The variable that names the subscribers of an event bus. There is none if it notifies nobody. */
export function subscriberVariables(subscribers: readonly string[]): V1EnvVar[] {
  return subscribers.length > 0 ? [{ name: 'SUBSCRIBERS', value: [...new Set(subscribers)].join(',') }] : [];
}

/**
 * A variable for each task that must succeed before the pods start. Its value comes from a key that the task adds when it
 * succeeds. Kubernetes starts no container whose variable has no value yet.
 */
export function taskVariables({ waitsFor }: Caller): V1EnvVar[] {
  return waitsFor.map(({ task, configMap, key }) => ({
    name: `${variableName(task.name)}_DONE`,
    valueFrom: { configMapKeyRef: { name: configMap, key: key() } },
  }));
}
