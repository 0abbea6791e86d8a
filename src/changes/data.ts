import { ANNOTATIONS } from '../k8s/keys';
import type { V1StatefulSet } from '@kubernetes/client-node';
import { show } from '../basics/text';
import type { KubeObject } from '../k8s/objects';
import { moveData, type FixedChange } from './immutable-fields';

/** The databases among objects, by namespace and name: whatever runs them. */
export function databasesOf(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(
    objects
      .filter(({ metadata }) => metadata.annotations?.[ANNOTATIONS.engine] !== undefined)
      .map((object) => [keyOf(object), object]),
  );
}

export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Why the database that comes could not read, or would not find, the data that the one before it left. */
export function* dataChanges(before: KubeObject, after: KubeObject): Generator<FixedChange> {
  const [was, is] = [before, after].map(({ metadata }) => metadata.annotations![ANNOTATIONS.engine]!) as [
    string,
    string,
  ];
  if (was !== is) {
    yield {
      field: ['metadata', 'annotations', ANNOTATIONS.engine],
      from: was,
      to: is,
      message: `No server of ${is} can read the data of ${was}.`,
      fix: 'give the new database another name, bring the data over with a program of yours, and take the old one out then',
    };
    return;
  }
  const [from, to] = [before, after].map(({ metadata }) => metadata.annotations![ANNOTATIONS.database]);
  if (from !== undefined && from !== to) {
    yield {
      field: ['metadata', 'annotations', ANNOTATIONS.database],
      from,
      to,
      message: `The data is in a database that is called ${show(from)}.`,
      fix: `write databaseName: '${from}'; or rename the database and its user in the server yourself`,
    };
  }
  if (before.kind !== after.kind) {
    yield {
      field: ['kind'],
      from: before.kind,
      to: after.kind,
      message: `The data does not move by itself from a ${before.kind} to a ${after.kind}.`,
      fix: moveData(before),
    };
    return;
  }
  yield* versionChanges(is, before, after);
}

/** PostgreSQL reads only the data of its own major version; MySQL and MariaDB also that of older ones. CloudNativePG sees to it itself. */
function* versionChanges(engine: string, before: KubeObject, after: KubeObject): Generator<FixedChange> {
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
        ? 'PostgreSQL reads only the data of its own major version.'
        : 'An older server cannot read the data of a newer one.',
    fix: moveData(after),
  };
}

function imageOf(object: KubeObject): string | undefined {
  return (object as V1StatefulSet).spec?.template?.spec?.containers[0]?.image;
}

/** The version that a tag begins with, of images whose tags are versions of the server; of others nothing is known. */
function versionOf(engine: string, image = ''): [major: number, minor: number] | undefined {
  const names = engine === 'postgres' ? 'postgres(?:ql)?|postgis' : engine;
  const [, major, minor] = new RegExp(`(?:^|/)(?:${names}):(\\d+)(?:\\.(\\d+))?`).exec(image) ?? [];
  // A tag that names only the major version may mean any minor one.
  return major === undefined
    ? undefined
    : [Number(major), minor === undefined || engine === 'postgres' ? Infinity : Number(minor)];
}
