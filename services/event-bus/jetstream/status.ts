import type { LogStatus } from '../log.ts';
import type { Cursor, Cursors } from './cursors.ts';
import type { Heads } from './heads.ts';
import { PARTITIONS } from './names.ts';

export function statusOf(heads: Heads, cursors: Cursors, subscribers: readonly string[]): LogStatus {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, head: heads.of(partition) }));
  const known = subscribers.map((name) => ({ name, all: cursors.of(name) })).filter(({ all }) => all.length > 0);
  return {
    published: partitions.reduce((sum, { head }) => sum + head, 0),
    partitions,
    subscribers: known.map(({ name, all }) => {
      const sum = (of: (cursor: Cursor, head: number) => number) =>
        all.reduce((total, { cursor, partition }) => total + of(cursor, heads.of(partition)), 0);
      return {
        name,
        delivered: sum(({ accepted }) => accepted),
        lag: sum(({ state }, head) => head - state.position + state.pending.length),
        retries: sum(({ retries }) => retries),
        deadLetters: sum(({ dead }) => dead),
        heldPartitions: sum(({ state }) => Number(state.failures > 0)),
      };
    }),
  };
}
