import { callApi, JetStreamError } from './api.ts';
import type { NatsLink } from './link.ts';
import { PARTITIONS } from './names.ts';
import type { Names } from './names.ts';

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
  return [
    ...Array.from({ length: PARTITIONS }, (_, partition) => ({
      ...permanent,
      name: names.partition(partition),
      subjects: [names.event(partition, '*')],
    })),
    { ...permanent, name: names.ids, subjects: [names.id('*'), names.resumed('*')] },
    {
      ...common,
      name: names.cursors,
      subjects: [names.work, names.letter('*', '*', '*')],
      max_msgs_per_subject: 1,
    },
  ];
}

const OTHER_CONFIGURATION = 10_058;

/** Creates the streams that do not exist, and changes the others, for example their number of replicas. */
export async function createStreams(link: NatsLink, names: Names, replicas: number): Promise<void> {
  for (const configuration of configurations(names, replicas)) {
    try {
      await callApi(link, `STREAM.CREATE.${configuration.name}`, configuration);
    } catch (error) {
      if (!(error instanceof JetStreamError) || error.code !== OTHER_CONFIGURATION) throw error;
      await callApi(link, `STREAM.UPDATE.${configuration.name}`, configuration);
    }
  }
}
