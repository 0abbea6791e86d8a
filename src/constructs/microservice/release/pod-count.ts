import type { PodCount } from '../../../links/endpoint';
import type { ResolvedMicroservice } from '../resolve';
import { numbersOf } from './canary-replicas';

/**
 * The most pods of all releases at the same time, while one of them is rolled out. A rollout starts a new pod as soon as an old one begins to shut down.
 * If new pods start faster than old ones shut down, all new pods run while all old pods still shut down.
 */
export function podCount(releases: readonly Pick<ResolvedMicroservice, 'scaling' | 'strategy'>[]): PodCount {
  const most = releases.map(({ scaling }) => Math.max(0, ...numbersOf(scaling).filter((n) => Number.isInteger(n))));
  const replicas = most.reduce((sum, count) => sum + count, 0);
  // With 'recreate', new pods start after all old ones ended.
  return { replicas, leaving: releases[0]?.strategy === 'recreate' ? 0 : Math.max(0, ...most) };
}
