import { setTimeout as sleep } from 'node:timers/promises';
import { titleOf } from '../../k8s/objects';
import type { Problem } from '../../problems/problem';
import { atOnce } from '../../basics/at-once';
import { orderOf } from '../../synth/order';
import { ApiError, type ApiServer } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import type { ReleasedObject } from '../release/members';
import { isDeletable } from './deletions';

const AT_ONCE = 16;
const POLL_MS = 250;
/** Pods end within their grace period, which is rarely longer. */
const GONE_SECONDS = 300;
const ATTEMPTS = 8;

interface Deleting {
  readonly api: ApiServer;
  readonly kinds: Kinds;
  readonly stop: AbortSignal;
  readonly onDeleted: (member: ReleasedObject) => void;
}

/** Deletes objects in the reverse order of apply, and waits until they are gone. Returns those that stay. */
export async function deleteObjects(
  members: readonly ReleasedObject[],
  deleting: Deleting,
): Promise<{ readonly left: readonly ReleasedObject[]; readonly problems: readonly Problem[] }> {
  const left = new Set(members);
  const problems: Problem[] = [];
  const ranks = [...new Set(members.map(({ kind }) => orderOf(kind)))].toSorted((a, b) => b - a);
  for (const rank of ranks) {
    const group = members.filter(({ kind }) => orderOf(kind) === rank);
    await atOnce(group, AT_ONCE, async (member) => {
      if (problems.length > 0 || deleting.stop.aborted) return;
      const problem = await deleteObject(member, deleting);
      if (problem === 'stopped') return;
      if (problem) problems.push(problem);
      else {
        left.delete(member);
        deleting.onDeleted(member);
      }
    });
  }
  return { left: [...left], problems };
}

/** Deletes the object that was seen, and not another one of the same name. */
async function deleteObject(
  member: ReleasedObject,
  { api, kinds, stop }: Deleting,
): Promise<Problem | 'stopped' | undefined> {
  const path = kinds.pathOf(member);
  if (path === undefined) throw new Error(`${titleOf(member)} has no path in the API`);
  let current: ReleasedObject | undefined = member;
  for (let attempt = 1; current?.metadata.uid === member.metadata.uid && isDeletable(current); attempt++) {
    const { uid, resourceVersion } = current.metadata;
    try {
      await api.delete(path, {
        // The pods end before their policies and accounts.
        propagationPolicy: 'Foreground',
        preconditions: { uid, resourceVersion },
      });
      break;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status.code === 404) return undefined;
      // A controller wrote to the object after it was read.
      if (error.status.code !== 409 || attempt === ATTEMPTS) return refused(member, error.message);
    }
    current = await api.get(path);
  }
  for (const end = Date.now() + GONE_SECONDS * 1_000; ;) {
    const found = await api.get(path);
    if (found?.metadata.uid !== member.metadata.uid) return undefined;
    if (stop.aborted) return 'stopped';
    if (Date.now() > end) return stuck(found);
    await sleep(POLL_MS);
  }
}

function refused(member: ReleasedObject, message: string): Problem {
  return {
    code: 'object-refused',
    object: titleOf(member),
    message: `The API server does not delete the object: ${message}`,
    fix: 'Correct the error above, and apply again.',
  };
}

function stuck(member: ReleasedObject): Problem {
  const { finalizers = [] } = member.metadata as { finalizers?: readonly string[] };
  return {
    code: 'object-refused',
    object: titleOf(member),
    message: 'The deletion does not end.',
    ...(finalizers.length > 0 && { got: `finalizers: ${finalizers.join(', ')}` }),
    fix: 'Look at the controllers of the finalizers, and apply again.',
  };
}
