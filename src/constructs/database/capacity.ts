import type { ConnectionLimits } from '../../links/address';
import { connectionBudget, connectionSum, type ConnectionBudget } from '../../links/connections';
import type { Endpoint } from '../../links/endpoint';
import { parseQuantity } from '../../k8s/quantity';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { byteQuantity, type ByteAmount } from '../shared/plus';
import type { ResolvedResources, Resources } from '../shared/resources';
import type { ResolvedDatabase } from './resolve';

// The connections of all callers decide how many connections a server accepts, and these decide on its memory. Each
// number that the user sets is a limit: the pools of the callers become smaller, and if that is not enough, it is a
// problem.

const MIB = 1024 ** 2;
/** The share of the memory limit that the server may use. The rest is for sorting, and for data that is read. */
const USABLE = 0.8;
/** The default pools need at most this many connections. One server is slower with more, and needs much memory. */
const MOST = 400;
/** The number of connections grows in steps, because a change restarts the server. A few more replicas do not change it. */
const FIRST_STEP = 200;
/** The connections for the superuser (3), the probes (3) and people (4). */
const RESERVED = 10;
/** The connections of a dump and of a restore. */
const RESERVED_BACKUP = 2;
/** The connections and the memory in MiB of the program that manages each of several instances. */
const OPERATOR = { connections: 5, memory: 128 };
/** The smallest and the default size of the cache, in MiB. It grows with the number of connections. */
const CACHE = { least: 32, usual: 128, perConnection: 0.64, step: 16 };
/** The memory limit is a multiple of this, in MiB. */
const MEMORY_STEP = 64;

/** The settings and resources of a server. */
export interface Capacity {
  readonly settings: Readonly<Record<string, string | number>>;
  readonly resources: ResolvedResources;
}

/** How many connections the callers of a database may open. Known before any call is declared. */
export function connectionLimits(options: ResolvedDatabase): ConnectionLimits {
  const set = setBy(options);
  const mostInMemory = set.limit === undefined ? undefined : mostConnections(set.limit, options);
  const reserved =
    RESERVED + (options.backup ? RESERVED_BACKUP : 0) + (options.instances > 1 ? OPERATOR.connections : 0);
  return {
    most: Math.min(set.connections ?? mostInMemory ?? MOST, mostInMemory ?? Infinity),
    reserved,
    others: wholeNumber(options.otherConnections) ?? 0,
  };
}

/** The settings and resources of the server, for the connections of all callers. */
export function capacityOf(endpoint: Endpoint, options: ResolvedDatabase): Capacity {
  const { server, settings, resources } = options;
  const set = setBy(options);
  const limits = connectionLimits(options);
  const connections = set.connections ?? acceptedConnections(connectionBudget(endpoint, limits), limits);
  const cache = set.cache ?? cacheSize(connections, set.limit, options);
  const limit = mebibytes(neededMemory(connections, cache, options) / USABLE);
  const memory = Math.max(mibOf(server.resources.memory)!, baseOf(options) + cache);
  return {
    settings: {
      ...(set.connections === undefined && { max_connections: connections }),
      ...(set.cache === undefined && { [server.memory.cacheSetting]: server.memory.cacheValue(cache) }),
      ...settings,
    },
    resources: {
      ...resources,
      memory: resources.memory ?? `${Math.floor(Math.min(memory, set.limit ?? memory))}Mi`,
      memoryLimit: resources.memoryLimit ?? larger(limit, resources.memory),
    },
  };
}

/** The problem of connections that do not fit, with the sum spelled out. */
export function* capacityProblems(endpoint: Endpoint, options: ResolvedDatabase): Generator<ProblemRow> {
  const { server } = options;
  const set = setBy(options);
  const limits = connectionLimits(options);
  const budget = connectionBudget(endpoint, limits);
  const { needed } = budget;
  const smaller = 'Fewer replicas, or a smaller option pool of a microservice, need fewer connections.';
  if (set.connections !== undefined && needed > set.connections) {
    yield row('connections-exceeded', {
      message: `The callers can open more connections than ${server.title} accepts.`,
      field: 'settings.max_connections',
      expected: `at least ${needed} connections`,
      got: `${connectionSum(endpoint, limits, budget)} > ${set.connections}`,
      fix: `Raise max_connections, or remove it: the default follows from the callers. ${smaller}`,
    });
  }
  if (set.limit === undefined) return;
  const cache = set.cache ?? CACHE.least;
  const memory = neededMemory(needed, cache, options);
  if (memory <= set.limit * USABLE) return;
  const { cacheSetting, connection } = server.memory;
  const parts = `${needed} connections × ${connection} MiB + ${cache} MiB ${cacheSetting} + ${baseOf(options)} MiB = ${memory} MiB`;
  yield row('connections-exceeded', {
    message: `${server.title} would need more memory than its limit for the connections of the callers.`,
    field: 'resources.memoryLimit',
    expected: `at least ${mebibytes(memory / USABLE)}`,
    got: `${connectionSum(endpoint, limits, budget)}; ${parts} > ${Math.floor(set.limit * USABLE)} MiB, which is 80 % of ${show(byteQuantity(options.resources.memoryLimit!))}`,
    fix: `Raise memoryLimit, or remove it: the default follows from the callers. ${smaller}`,
  });
}

/** What the user set, in MiB where it is memory. A wrong value counts as not set: other checks report it. */
function setBy({ settings, server, resources }: ResolvedDatabase) {
  const setting = (wanted: string) =>
    Object.entries(settings).find(([name]) => name.replaceAll('-', '_') === wanted)?.[1];
  const cache = setting(server.memory.cacheSetting);
  const connections = setting('max_connections');
  return {
    connections: connections === undefined ? undefined : (wholeNumber(connections) ?? MOST),
    // The server reads a value that we cannot read.
    cache: cache === undefined ? undefined : (sizeIn(server.memory.units, cache) ?? CACHE.usual),
    limit: resources.memoryLimit === undefined ? undefined : mibOf(byteQuantity(resources.memoryLimit)),
  };
}

/** The number of connections that the server accepts: the first step that is large enough. */
function acceptedConnections({ needed }: ConnectionBudget, { most }: ConnectionLimits): number {
  let step = FIRST_STEP;
  while (step < needed) step *= 2;
  // The memory limit can be too small for the step.
  return needed <= most ? Math.min(step, Math.max(Math.floor(most / 10) * 10, needed)) : step;
}

function cacheSize(connections: number, limit: number | undefined, options: ResolvedDatabase): number {
  const { server, instances, resources } = options;
  // The operator rejects a cache that is larger than the memory request.
  const most = (instances > 1 ? mibOf(resources.memory) : undefined) ?? Infinity;
  const usual = Math.max(CACHE.usual, Math.ceil((connections * CACHE.perConnection) / MEMORY_STEP) * MEMORY_STEP);
  if (limit === undefined) return Math.min(usual, Math.floor(most));
  const left = limit * USABLE - neededMemory(connections, 0, options);
  const size = Math.min(limit * server.memory.cacheShare, left, most);
  return Math.max(CACHE.least, Math.floor(size / CACHE.step) * CACHE.step);
}

function neededMemory(connections: number, cache: number, options: ResolvedDatabase): number {
  return Math.ceil(baseOf(options) + cache + connections * options.server.memory.connection);
}

/** The most connections for which a memory limit is large enough. */
function mostConnections(limit: number, options: ResolvedDatabase): number {
  const { cache = CACHE.least } = setBy(options);
  const left = limit * USABLE - baseOf(options) - cache;
  return Math.max(0, Math.floor(left / options.server.memory.connection));
}

function baseOf({ server, instances }: ResolvedDatabase): number {
  return server.memory.base + (instances > 1 ? OPERATOR.memory : 0);
}

/** The larger of two quantities of memory. */
function larger(limit: ByteAmount, request: Resources['memory']): ByteAmount {
  return request !== undefined && (mibOf(request) ?? 0) > mibOf(limit)! ? request : limit;
}

function mibOf(quantity: Resources['memory']): number | undefined {
  const bytes = quantity === undefined ? undefined : parseQuantity(byteQuantity(quantity));
  return bytes === undefined ? undefined : bytes / MIB;
}

/** The size as a quantity, rounded up. */
function mebibytes(size: number): string {
  return `${Math.ceil(size / MEMORY_STEP) * MEMORY_STEP}Mi`;
}

/** The value of a setting such as `256MB`, in MiB. */
function sizeIn(units: Readonly<Record<string, number>>, value: string | number): number | undefined {
  const [, digits, unit = ''] = /^(\d+)\s*([A-Za-z]*)$/.exec(String(value).trim()) ?? [];
  const factor = units[unit] ?? units[unit.toUpperCase()];
  return digits === undefined || factor === undefined ? undefined : (Number(digits) * factor) / MIB;
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
