import { ANNOTATIONS, EVENT_LOG_ENGINE } from '../k8s/keys';
import type { V1StatefulSet } from '@kubernetes/client-node';
import { show } from '../basics/text';
import type { KubeObject } from '../k8s/objects';
import { moveData, type RefusedChange } from './immutable-fields';

/** The databases among the objects, by namespace and name. A StatefulSet or an operator may run them. */
export function databasesOf(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(
    objects
      .filter(({ metadata }) => metadata.annotations?.[ANNOTATIONS.engine] !== undefined)
      .map((object) => [databaseKey(object), object]),
  );
}

export function databaseKey({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The changes of a database after which it cannot read, or does not find, its existing data. */
export function* dataChanges(before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  const [was, is] = [before, after].map(({ metadata }) => metadata.annotations![ANNOTATIONS.engine]!) as [
    string,
    string,
  ];
  if (was !== is) {
    yield {
      field: ['metadata', 'annotations', ANNOTATIONS.engine],
      from: was,
      to: is,
      message: `A ${is} server cannot read the data of ${was}.`,
      fix: 'give the new database another name, copy the data with a program of your own, and then remove the old database',
    };
    return;
  }
  const [from, to] = [before, after].map(({ metadata }) => metadata.annotations![ANNOTATIONS.database]);
  if (from !== undefined && from !== to) {
    yield {
      field: ['metadata', 'annotations', ANNOTATIONS.database],
      from,
      to,
      message: `The existing data is in the database ${show(from)}.`,
      fix: `set databaseName: '${from}', or rename the database and its user in the server`,
    };
  }
  const roles = [before, after].map(({ metadata }) => metadata.annotations?.[ANNOTATIONS.roles]);
  if (roles[0] !== undefined && roles[1] === undefined) {
    yield {
      field: ['metadata', 'annotations', ANNOTATIONS.roles],
      from: roles[0],
      to: roles[1],
      message: 'Each caller has its tables in its own schema. The role of the owner does not find them there.',
      fix: 'move the tables of each caller to the schema public',
    };
  }
  if (before.kind !== after.kind) {
    yield {
      field: ['kind'],
      from: before.kind,
      to: after.kind,
      message: `Data is not moved automatically from a ${before.kind} to a ${after.kind}.`,
      fix: moveData(before),
    };
    return;
  }
  if (is === EVENT_LOG_ENGINE) yield* serverChanges(before, after);
  yield* versionChanges(is, before, after);
}

/** The changes of the number of servers of an event log after which events are lost. */
function* serverChanges(before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  const [from, to] = [before, after].map((object) => (object as V1StatefulSet).spec?.replicas ?? 1) as [number, number];
  const what = { field: ['spec', 'replicas'], from, to };
  if ((from === 1 && to > 1) || (from > 1 && to === 1)) {
    yield {
      ...what,
      message: 'A single server and the servers of a cluster do not find the streams of each other.',
      fix: MOVE_LOG,
    };
  } else if (to < from) {
    const leaving = Array.from({ length: from - to }, (_, i) => `${after.metadata.name}-${to + i}`);
    yield {
      ...what,
      message: 'The servers that leave store events, and still count for the majority.',
      fix: `remove each of them from the cluster as the user system (${leaving.map((name) => `nats server cluster peer-remove ${name}`).join(', ')}), and apply`,
    };
  }
}

/** The steps after which no event is lost. */
const MOVE_LOG =
  'declare an EventLog with another name, wait until the event bus has delivered all events, and let it keep its log in the new one';

/**
 * PostgreSQL reads only data of its own major version. MySQL and MariaDB also read data of older versions.
 * CloudNativePG handles versions itself.
 */
function* versionChanges(engine: string, before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  if (after.kind !== 'StatefulSet') return;
  const [from, to] = [imageOf(before), imageOf(after)];
  const [old, now] = [versionOf(engine, from), versionOf(engine, to)];
  if (!old || !now) return;
  const older = now[0] < old[0] || (now[0] === old[0] && now[1] < old[1]);
  if (engine === 'postgres' ? now[0] === old[0] : !older) return;
  yield {
    field: ['spec', 'template', 'spec', 'containers', 0, 'image'],
    from,
    to,
    message:
      engine === 'postgres'
        ? 'PostgreSQL can read only the data of its own major version.'
        : 'An older server cannot read the data of a newer one.',
    fix: engine === EVENT_LOG_ENGINE ? MOVE_LOG : moveData(after),
  };
}

function imageOf(object: KubeObject): string | undefined {
  return (object as V1StatefulSet).spec?.template?.spec?.containers[0]?.image;
}

/** The version at the start of the tag. Undefined for images whose tags are not versions of the server. */
function versionOf(engine: string, image = ''): [major: number, minor: number] | undefined {
  const names = engine === 'postgres' ? 'postgres(?:ql)?|postgis' : engine;
  const [, major, minor] = new RegExp(`(?:^|/)(?:${names}):(\\d+)(?:\\.(\\d+))?`).exec(image) ?? [];
  // A tag with only a major version may mean any minor version.
  return major === undefined
    ? undefined
    : [Number(major), minor === undefined || engine === 'postgres' ? Infinity : Number(minor)];
}
