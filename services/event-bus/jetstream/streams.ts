import { Unavailable } from '../../common/errors.ts';
import { AlreadyMoved } from '../movable.ts';
import type { LogState } from '../movable.ts';
import { callApi, infoOf, JetStreamError } from './api.ts';
import type { NatsLink } from './link.ts';
import { PARTITIONS } from './names.ts';
import type { Names } from './names.ts';

/** The metadata of the stream of the ids while a move fills the log. */
const FILLING = { 'callsign-log': 'filling' };

interface Configuration {
  readonly name: string;
}

/** Nothing in the log is ever deleted. Only cursors and dead letters are replaced by their next version. */
function configurations(names: Names, replicas: number) {
  const common = {
    storage: 'file',
    num_replicas: replicas,
    retention: 'limits',
    allow_direct: true,
    allow_atomic: true,
  };
  const permanent = { ...common, deny_delete: true, deny_purge: true };
  return {
    partitions: Array.from({ length: PARTITIONS }, (_, partition) => ({
      ...permanent,
      name: names.partition(partition),
      subjects: [names.event(partition, '*')],
    })),
    ids: { ...permanent, name: names.ids, subjects: [names.id('*'), names.resumed('*')] },
    cursors: {
      ...common,
      name: names.cursors,
      subjects: [names.work, names.letter('*', '*', '*')],
      max_msgs_per_subject: 1,
    },
  };
}

const OTHER_CONFIGURATION = 10_058;

async function createOrChange(link: NatsLink, configuration: Configuration): Promise<void> {
  try {
    await callApi(link, `STREAM.CREATE.${configuration.name}`, configuration);
  } catch (error) {
    if (!(error instanceof JetStreamError) || error.code !== OTHER_CONFIGURATION) throw error;
    await callApi(link, `STREAM.UPDATE.${configuration.name}`, configuration);
  }
}

/** The stream of the ids says the state of the log, because no event is stored without it. */
export async function stateOfStreams(link: NatsLink, names: Names): Promise<LogState> {
  const info = await infoOf(link, names.ids);
  if (!info) return 'none';
  if (info.config.sealed) return 'closed';
  return Object.entries(FILLING).every(([key, value]) => info.config.metadata?.[key] === value) ? 'filling' : 'open';
}

/** Creates the streams that do not exist, and changes the others, for example their number of replicas. */
export async function createStreams(link: NatsLink, names: Names, replicas: number): Promise<void> {
  const state = await stateOfStreams(link, names);
  if (state === 'closed') throw new Unavailable('the log is closed: it has moved from JetStream');
  if (state === 'filling') throw new Unavailable('the move of the log to JetStream is not finished');
  const { partitions, ids, cursors } = configurations(names, replicas);
  for (const configuration of [...partitions, ids, cursors]) await createOrChange(link, configuration);
}

/**
 * Creates the streams for a move. Deletes them first if they are sealed, which nothing can undo. Never makes a log that is
 * open one that is filled: another command may have opened it just now.
 */
export async function createStreamsToFill(link: NatsLink, names: Names, replicas: number): Promise<void> {
  const { partitions, ids, cursors } = configurations(names, replicas);
  const state = await stateOfStreams(link, names);
  if (state === 'open') throw new AlreadyMoved();
  if (state === 'closed') {
    // The ids last: without them, the log is new.
    for (const { name } of [cursors, ...partitions, ids])
      if (await infoOf(link, name)) await callApi(link, `STREAM.DELETE.${name}`);
  }
  if (state !== 'filling') await callApi(link, `STREAM.CREATE.${ids.name}`, { ...ids, metadata: FILLING });
  for (const configuration of [...partitions, cursors]) await createOrChange(link, configuration);
}

/** Ends the filling. */
export async function openStreams(link: NatsLink, names: Names, replicas: number): Promise<void> {
  const { ids } = configurations(names, replicas);
  await callApi(link, `STREAM.UPDATE.${ids.name}`, ids);
}

/** After this, the servers store nothing in the streams any more, also no message that was sent before. */
export async function sealStreams(link: NatsLink, names: Names, replicas: number, of: 'events' | 'cursors') {
  const { partitions, ids, cursors } = configurations(names, replicas);
  for (const configuration of of === 'events' ? [ids, ...partitions] : [cursors])
    if (!(await infoOf(link, configuration.name))?.config.sealed)
      await callApi(link, `STREAM.UPDATE.${configuration.name}`, { ...configuration, sealed: true });
}
