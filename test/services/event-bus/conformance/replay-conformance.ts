// The conformance suite for the cursors of a replay. Both logs must pass it.
import { randomUUID } from 'node:crypto';
import type { Claim, Log } from '../../../../services/event-bus/log.ts';
import type { ReplayCursors } from '../../../../services/event-bus/replay-cursors.ts';
import { lease, mebibyte, publication, settled } from './fixture.ts';

const holder = randomUUID();

export interface ReplayableLog {
  readonly log: Log;
  readonly replayCursors: ReplayCursors;
}

export function replayConformance(open: () => Promise<ReplayableLog>): void {
  describe('a replay', () => {
    let log: Log;
    let cursors: ReplayCursors;
    let other: ReplayableLog;
    let tests = 0;
    let name: string;
    let replay: string;
    beforeAll(async () => {
      ({ log, replayCursors: cursors } = await open());
      other = await open();
    });
    beforeEach(async () => {
      name = `replayed-${++tests}`;
      replay = `${name}@1`;
      await log.subscribe([name]);
      await log.append([publication(`${name}/1`, 'a'), publication(`${name}/2`, 'a'), publication(`${name}/3`, 'b')]);
    });

    /** Decides all entries. Those with these ids become dead letters. */
    async function decide(subscriber: string, dead: readonly string[] = []): Promise<void> {
      for (let claim = await log.claim(subscriber, lease); claim; claim = await log.claim(subscriber, lease)) {
        const entries = await log.read(claim, 1_000, mebibyte);
        const deaths = entries
          .filter(({ id }) => dead.includes(id))
          .map(({ offset, subject }) => ({ offset, subject, reason: 'refused' as const, error: '400', attempts: 1 }));
        await log.settle(claim, settled(claim, claim.head, { deaths }), 'release');
      }
    }

    test('shows its progress, which is zero cursors before and after it', async () => {
      expect(await cursors.progress(replay)).toMatchObject({ cursors: 0 });
      await log.subscribe([replay]);
      const { published, ...begun } = await cursors.progress(replay);
      expect(begun).toEqual({ cursors: 16, delivered: 0, deadLetters: 0 });
      expect(published).toBe((await log.status([])).published);
      await decide(replay, [`${name}/1`]);
      expect(await other.replayCursors.progress(replay)).toEqual({
        cursors: 16,
        delivered: published,
        published,
        deadLetters: 1,
      });
    });

    test('holds all cursors of the subscriber, unless a replica holds one', async () => {
      const claim = (await other.log.claim(name, lease)) as Claim;
      expect(await cursors.hold(name, holder, lease)).toBe(false);
      await other.log.release(claim);
      expect(await cursors.hold(name, holder, lease)).toBe(true);
      expect(await other.log.claim(name, lease)).toBeUndefined();
      expect(await other.replayCursors.hold(name, randomUUID(), lease)).toBe(false);
      await cursors.letGo(name, holder);
      expect(await other.log.claim(name, lease)).toBeDefined();
    });

    test('has caught up when it has decided each entry that the subscriber has passed', async () => {
      await log.subscribe([replay]);
      expect(await cursors.hold(name, holder, lease)).toBe(true);
      expect(await cursors.hasCaughtUp(name, replay)).toBe(true);
      await cursors.letGo(name, holder);
      await decide(name);
      expect(await cursors.hold(name, holder, lease)).toBe(true);
      expect(await cursors.hasCaughtUp(name, replay)).toBe(false);
      expect(await cursors.finish(name, replay, holder)).toBe(false);
      await decide(replay);
      expect(await cursors.hasCaughtUp(name, replay)).toBe(true);
    });

    test('that is finished leaves its dead letters to the subscriber, and nothing else', async () => {
      await decide(name, [`${name}/1`, `${name}/2`]);
      await log.subscribe([replay]);
      await decide(replay, [`${name}/2`, `${name}/3`]);
      expect(await cursors.hold(name, holder, lease)).toBe(true);
      expect(await cursors.finish(name, replay, holder)).toBe(true);
      const letters = await other.log.deadLetters({ subscriber: name, limit: 10 });
      expect(letters.map(({ id }) => id).toSorted()).toEqual([`${name}/2`, `${name}/3`]);
      expect((await other.log.status([name])).subscribers).toMatchObject([{ deadLetters: 2, lag: 0 }]);
      expect(await cursors.progress(replay)).toMatchObject({ cursors: 0, deadLetters: 0 });
      expect(await log.deadLetters({ subscriber: replay, limit: 10 })).toEqual([]);
      // The subscriber gets events again.
      await log.append([publication(`${name}/4`, 'a')]);
      expect(await other.log.claim(name, lease)).toBeDefined();
    });

    test('forgets the replays of other generations, and not those of other subscribers', async () => {
      const others = [`${name}@2`, `${name}-b@2`];
      await log.subscribe([replay, ...others]);
      await decide(others[0]!, [`${name}/1`]);
      await cursors.forgetOthers(name, replay);
      const counts = await Promise.all([replay, ...others].map(async (one) => (await cursors.progress(one)).cursors));
      expect(counts).toEqual([16, 0, 16]);
      expect(await log.deadLetters({ subscriber: others[0]!, limit: 10 })).toEqual([]);
      expect((await log.status([name])).subscribers).toMatchObject([{ name }]);
    });
  });
}
