import { World } from '../check/world/world';
import type { Manifest } from '../k8s/objects';
import type { GraphNode } from '../links/graph';
import { isAdmitted, nodeOfEnd, textOfEnd, type End } from './ends';
import { exposuresOf, type Exposure } from './exposures';
import { portRangeText } from './port-ranges';
import { callKey, endsAt, portsOf, serviceNode, Side } from './side';
import { portText, workloadsById, type PodPort, type Workload } from './workloads';

/** What a change of manifests does to one connection. */
export interface ConnectivityChange {
  /** `opened` and `closed` by policies, routes and Services; `added` and `removed` are calls that stay allowed or blocked. */
  readonly change: 'opened' | 'closed' | 'added' | 'removed';
  /** Connections with the outside come first, and then those with databases. */
  readonly about: 'exposure' | 'database' | 'call';
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** The port of the pods. Undefined means every port, or that the manifests do not say which. */
  readonly port?: string;
  /** The path of a route. */
  readonly path?: string;
  readonly note?: string;
  /** Workloads whose calls are included in this one. */
  readonly including?: readonly string[];
}

type Open = ConnectivityChange & { including: string[] };

const ANYTHING: End = { kind: 'anything' };
const UNRESTRICTED = 'no policy restricts it';
const EVERY_POD = 'every pod in every namespace';

const ORDER: readonly ConnectivityChange['about'][] = ['exposure', 'database', 'call'];
const CHANGES: readonly ConnectivityChange['change'][] = ['opened', 'added', 'closed', 'removed'];

/** What a change of manifests opens and closes. Names of files and the order of objects do not matter. */
export function connectivityChanges(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly ConnectivityChange[] {
  const worlds = [new World(before), new World(after)] as const;
  const [old, now] = workloadsById(worlds) as [Map<string, Workload>, Map<string, Workload>];
  const [from, to] = [new Side(worlds[0], old), new Side(worlds[1], now)];
  const changed = changedWorkloads(from, to);
  const outside = [...changed].flatMap((id) => [...incomingChanges(id, from, to), ...outgoingChanges(id, from, to)]);
  const calls = [from.writtenCalls(), to.writtenCalls()] as const;
  const all = [...pairChanges(changed, from, to)];
  // A call that the manifests contain is never hidden in another change.
  const pairs = all
    .map((pair) => withCall(pair, calls))
    .filter((pair) => pair.note !== undefined || !isIncluded(pair, outside));
  return [
    ...exposureChanges(from, to),
    ...outside.map(({ including, ...rest }) => ({
      ...rest,
      ...(including.length > 0 && { including: including.toSorted() }),
    })),
    ...pairs,
    ...callChanges(...calls, new Set(all.map(callKey))),
  ].toSorted(
    (a, b) =>
      ORDER.indexOf(a.about) - ORDER.indexOf(b.about) ||
      CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change) ||
      compareTexts(sortKey(a), sortKey(b)),
  );
}

type Calls = ReturnType<Side['writtenCalls']>;

/** A pair of workloads, with a note if the manifests contain the call. */
function withCall(pair: ConnectivityChange, [old, now]: readonly [Calls, Calls]): ConnectivityChange {
  const key = callKey(pair);
  if (now.has(key))
    return {
      ...pair,
      note: pair.change === 'closed' ? 'the manifests still contain this call' : 'the manifests contain this call',
    };
  return old.has(key) ? { ...pair, note: 'the manifests no longer contain this call' } : pair;
}

function sortKey({ from, to, port = '', path = '' }: ConnectivityChange): string {
  // Who can be reached comes before who can reach others.
  return [to.namespace === undefined ? '1' : '0', to.id, port.padStart(5, '0'), from.id, path].join('\n');
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The workloads whose own connections can differ. All other pairs are equal. */
function changedWorkloads(before: Side, after: Side): Set<string> {
  return new Set(
    [...before.workloads.keys(), ...after.workloads.keys()].filter((id) => {
      const [old, now] = [before.workloads.get(id), after.workloads.get(id)];
      return !old || !now || before.fingerprint(old) !== after.fingerprint(now);
    }),
  );
}

function* pairChanges(changed: ReadonlySet<string>, before: Side, after: Side): Generator<ConnectivityChange> {
  const ids = [...new Set([...before.workloads.keys(), ...after.workloads.keys()])];
  for (const to of ids) {
    const ports = [...portsIn(to, before, after).values()];
    if (ports.length === 0) continue;
    for (const port of ports) {
      const gates = [before, after].map((side) => gateOn(side, to, port, [before, after]));
      for (const from of changed.has(to) ? ids : changed) {
        const [was, is] = gates.map((isOpen) => isOpen(from));
        if (was === is) continue;
        const node = (id: string) => (after.workloads.get(id) ?? before.workloads.get(id))!.node;
        yield {
          change: is ? 'opened' : 'closed',
          about: node(to).kind === 'database' ? 'database' : 'call',
          from: node(from),
          to: node(to),
          port: portText(port),
        };
      }
    }
  }
}

/** Decides whether a workload can call a port on one side. */
function gateOn(side: Side, to: string, port: PodPort, sides: readonly Side[]): (from: string) => boolean {
  const called = side.workloads.get(to);
  if (!called || !listens(called, port, sides, to)) return () => false;
  const isOpen = side.gateOf(called, port);
  return (from) => {
    const caller = side.workloads.get(from);
    return caller !== undefined && isOpen(caller);
  };
}

/** All ports that a workload has before or after the change. */
function portsIn(id: string, ...sides: readonly Side[]): Map<string, PodPort> {
  return new Map(
    sides.flatMap((side) => {
      const workload = side.workloads.get(id);
      return workload ? [...portsOf(side, workload)] : [];
    }),
  );
}

/** Whether a workload has a port. A port that only a policy names may always have been there. */
function listens({ ports }: Workload, port: PodPort, sides: readonly Side[], id: string): boolean {
  const text = portText(port);
  return ports.has(text) || sides.every((side) => !side.workloads.get(id)?.ports.has(text));
}

/** What can call a workload from outside the manifests. */
function* incomingChanges(id: string, before: Side, after: Side): Generator<Open> {
  for (const port of portsIn(id, before, after).values()) {
    const endsOn = (side: Side) => {
      const workload = side.workloads.get(id);
      if (!workload || !listens(workload, port, [before, after], id)) return [];
      return side.incoming(workload, port);
    };
    const ends = [endsOn(before), endsOn(after)] as const;
    const to = (after.workloads.get(id) ?? before.workloads.get(id))!.node;
    for (const { change, end, note } of endChanges(ends, [before, after]))
      yield {
        change,
        about: aboutEnd(end, to),
        from: nodeOfEnd(end),
        to,
        port: portText(port),
        ...(note !== undefined && { note }),
        including: [],
      };
  }
}

/** What a workload can call outside the manifests. */
function* outgoingChanges(id: string, before: Side, after: Side): Generator<Open> {
  const outgoingOn = (side: Side) => {
    const workload = side.workloads.get(id);
    return workload ? side.outgoing(workload) : [];
  };
  const [old, now] = [outgoingOn(before), outgoingOn(after)];
  const from = (after.workloads.get(id) ?? before.workloads.get(id))!.node;
  const ranges = new Map(
    [...(old ?? [{ ports: undefined }]), ...(now ?? [{ ports: undefined }])].map(({ ports }) => [
      portRangeText(ports) ?? '',
      ports,
    ]),
  );
  const seen = new Set<string>();
  for (const [text, ports] of [...ranges].toSorted(([a], [b]) => compareTexts(a, b))) {
    const ends = [old && endsAt(old, ports), now && endsAt(now, ports)] as const;
    for (const { change, end, note } of endChanges(ends, [before, after])) {
      const key = (port: string) => JSON.stringify([change, textOfEnd(end), port]);
      // Every port is the first range, and contains the others.
      if (seen.has(key(''))) continue;
      seen.add(key(text));
      yield {
        change,
        about: aboutEnd(end, from),
        from,
        to: nodeOfEnd(end),
        ...(text !== '' && { port: text }),
        ...(note !== undefined && { note }),
        including: [],
      };
    }
  }
}

function aboutEnd(end: End, { kind }: GraphNode): ConnectivityChange['about'] {
  return end.kind !== 'pods' ? 'exposure' : kind === 'database' ? 'database' : 'call';
}

type Ends = readonly End[] | undefined;

interface EndChange {
  readonly change: 'opened' | 'closed';
  readonly end: End;
  readonly note?: string;
}

/** The ends that only one side admits. Undefined ends mean that no policy restricts them. */
function* endChanges([old, now]: readonly [Ends, Ends], [before, after]: readonly [Side, Side]): Generator<EndChange> {
  yield* onlyIn(now, old, after, 'opened', 'before only');
  yield* onlyIn(old, now, before, 'closed', 'still open for');
}

function* onlyIn(
  ends: Ends,
  others: Ends,
  side: Side,
  change: 'opened' | 'closed',
  left: string,
): Generator<EndChange> {
  if (!others) return;
  const different = (ends ?? [ANYTHING]).filter((end) => !isAdmitted(end, others));
  const byText = new Map(different.map((end) => [textOfEnd(end), end]));
  for (const [text, end] of byText) {
    if (side.isKnown(end)) continue;
    const ranges = new Set(others.filter(({ kind }) => kind === 'addresses').map(textOfEnd));
    const notes = [
      !ends && change === 'opened' ? UNRESTRICTED : '',
      end.kind !== 'pods' && ranges.size > 0 && !ranges.has(text) ? `${left} ${[...ranges].toSorted().join(', ')}` : '',
    ].filter((note) => note !== '');
    yield { change, end, ...(notes.length > 0 && { note: notes.join(', ') }) };
  }
}

/** Adds a pair to a change that contains it. */
function isIncluded({ change, from, to, port }: ConnectivityChange, outside: readonly Open[]): boolean {
  const everyone = new Set([textOfEnd(ANYTHING), EVERY_POD]);
  const into = outside.find(
    (one) => one.change === change && one.to.id === to.id && one.port === port && everyone.has(one.from.id),
  );
  const out =
    to.kind === 'database'
      ? undefined
      : outside.find(
          (one) =>
            one.change === change && one.from.id === from.id && one.port === undefined && everyone.has(one.to.id),
        );
  // Everybody expects the replicas of a workload to reach each other.
  if (from.id !== to.id) {
    if (into) into.including.push(from.id);
    else out?.including.push(`${to.id}:${port}`);
  }
  return into !== undefined || out !== undefined;
}

/** What Ingresses, routes, Services and ports of nodes open and close. */
function* exposureChanges(before: Side, after: Side): Generator<ConnectivityChange> {
  const [old, now] = [exposuresBy(before), exposuresBy(after)];
  for (const [key, exposure] of now) if (!old.has(key)) yield { change: 'opened', ...exposure };
  for (const [key, exposure] of old) if (!now.has(key)) yield { change: 'closed', ...exposure };
}

function exposuresBy(side: Side): Map<string, Omit<ConnectivityChange, 'change'>> {
  const found = new Map<string, Omit<ConnectivityChange, 'change'>>();
  for (const exposure of exposuresOf(side.world)) {
    const to = nodeExposed(side, exposure);
    if (!to) continue;
    const { from, label, port, by } = exposure;
    const row = {
      about: 'exposure' as const,
      from,
      to,
      ...(port !== undefined && { port }),
      ...(label !== undefined && { path: label }),
      note: by,
    };
    found.set(JSON.stringify([from.id, label, to.id, port]), row);
  }
  return found;
}

/** The workload or the Service that is exposed. */
export function nodeExposed(side: Side, { pods, service }: Exposure): GraphNode | undefined {
  if (pods) return side.nodeOf(pods);
  return service && serviceNode(service.namespace, service.name);
}

/** Calls that the manifests contain on one side only, and that policies neither open nor close. */
function* callChanges(old: Calls, now: Calls, opened: ReadonlySet<string>): Generator<ConnectivityChange> {
  for (const [change, calls, others] of [
    ['added', now, old],
    ['removed', old, now],
  ] as const)
    for (const [key, { isBlocked, ...call }] of calls) {
      if (others.has(key) || opened.has(key)) continue;
      yield {
        change,
        about: call.to.kind === 'database' ? 'database' : 'call',
        ...call,
        ...(isBlocked && { note: 'the policies block it' }),
      };
    }
}
