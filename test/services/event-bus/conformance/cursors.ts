import { setTimeout as sleep } from 'node:timers/promises';
import type { Claim, Log } from '../../../../services/event-bus/log.ts';
import { until } from '../../support/service.ts';
import { lease, mebibyte, publication, settled } from './fixture.ts';
import type { Fixture } from './fixture.ts';

export function cursorConformance(begin: () => Fixture): void {
  describe('cursors', () => {
    let fixture: Fixture;
    let log: Log;
    let other: Log;
    let name: string;
    beforeEach(() => {
      fixture = begin();
      ({ log, other, name } = fixture);
    });
    const id = (n: number | string) => fixture.id(n);

    test('a new subscriber starts at the first entry, and subscribing again changes nothing', async () => {
      await fixture.store(1);
      await Promise.all([log.subscribe([name]), other.subscribe([name, `${name}-b`])]);
      const claim = await fixture.claimNew();
      expect(claim.state).toEqual({ position: 0, pending: [], failures: 0, refusals: 0, witness: 0 });
      await log.settle(claim, settled(claim, claim.head), 'release');
      await log.subscribe([name]);
      const [mine] = (await log.status([name])).subscribers;
      expect(mine!.delivered).toBe(claim.head);
    });

    test('a cursor is held by one worker at a time, and is only claimed if an entry is due', async () => {
      await fixture.subscribeToNew();
      expect(await log.claim(name, lease)).toBeUndefined();
      const subjects = Array.from({ length: 40 }, (_, n) => `${name} ${n}`);
      await log.append(subjects.map((subject, n) => publication(id(n), subject)));
      const claims = await Promise.all(Array.from({ length: 30 }, (_, n) => (n % 2 ? log : other).claim(name, lease)));
      const held = claims.filter((claim) => claim !== undefined);
      const due = (await log.status([])).partitions.length;
      expect(held.length).toBeLessThanOrEqual(due);
      expect(new Set(held.map(({ partition }) => partition)).size).toBe(held.length);
      const entries = await Promise.all(held.map((claim) => log.read(claim, 100, mebibyte)));
      expect(
        entries
          .flat()
          .map(({ subject }) => subject)
          .toSorted(),
      ).toEqual(subjects.toSorted());
      expect(await other.claim(name, lease)).toBeUndefined();
    });

    test('a claim takes one partition and leaves the others', async () => {
      await fixture.subscribeToNew();
      await log.append(Array.from({ length: 40 }, (_, n) => publication(id(n), `${name} ${n}`)));
      await fixture.claimNew();
      const second = await fixture.claimNew(name, other);
      expect(await other.settle(second, settled(second, second.head), 'release')).toBeDefined();
    });

    test('settling moves the position, and keeps or releases the claim', async () => {
      await fixture.subscribeToNew();
      await fixture.store(3);
      const claim = await fixture.claimNew();
      const start = claim.state.position;
      const next = await log.settle(claim, settled(claim, start + 1, { faltered: 2 }), { leaseMs: lease });
      expect(next).toMatchObject({
        partition: claim.partition,
        head: start + 3,
        accepted: claim.accepted + 1,
        faltered: claim.faltered + 2,
        state: { position: start + 1 },
      });
      expect(await other.claim(name, lease)).toBeUndefined();
      await log.settle(next!, settled(next!, start + 2), 'release');
      const again = await fixture.claimNew(name, other);
      expect(again).toMatchObject({
        accepted: claim.accepted + 2,
        faltered: claim.faltered + 2,
        state: { position: start + 2 },
      });
      expect((await other.read(again, 10, mebibyte)).map((e) => e.id)).toEqual([id(2)]);
    });

    test('after the end of a lease another worker takes over, and a late settlement or release is refused', async () => {
      await fixture.subscribeToNew();
      await fixture.store(2);
      const first = (await log.claim(name, 60))!;
      let second: Claim | undefined;
      await until(async () => (second = await other.claim(name, lease)));
      expect(second!.fence).not.toBe(first.fence);
      expect(await log.settle(first, settled(first, first.head), { leaseMs: lease })).toBeUndefined();
      await log.release(first);
      expect(await log.claim(name, lease)).toBeUndefined();
      expect(await other.settle(second!, settled(second!, second!.state.position + 1), 'release')).toMatchObject({
        state: { position: first.state.position + 1 },
      });
    });

    test('a settlement after the end of the lease is refused even if no other worker took over', async () => {
      await fixture.subscribeToNew();
      await fixture.store(1);
      const claim = (await log.claim(name, 30))!;
      await sleep(60);
      expect(await log.settle(claim, settled(claim, claim.head), 'release')).toBeUndefined();
      expect((await fixture.claimNew()).state.position).toBe(claim.state.position);
    });

    test('a lease can be renewed before its end, but not afterwards, and not by another worker', async () => {
      await fixture.subscribeToNew();
      await fixture.store(1);
      const first = (await log.claim(name, 2_000))!;
      expect(await log.renew(first, lease)).toBe(true);
      await sleep(2_100);
      expect(await other.claim(name, lease)).toBeUndefined();
      expect(await log.settle(first, settled(first, first.state.position), 'release')).toBeDefined();
      expect(await log.renew(first, lease)).toBe(false);
      const second = (await other.claim(name, 60))!;
      expect(await log.renew(first, lease)).toBe(false);
      await sleep(100);
      expect(await other.renew(second, lease)).toBe(false);
      expect(await fixture.claimNew()).toBeDefined();
    });

    test('a released claim cannot be settled', async () => {
      await fixture.subscribeToNew();
      await fixture.store(1);
      const claim = await fixture.claimNew();
      await log.release(claim);
      expect(await log.settle(claim, settled(claim, claim.head), 'release')).toBeUndefined();
      expect((await fixture.claimNew()).state.position).toBe(claim.state.position);
    });

    test('reads at most the given number and size of entries, but at least one', async () => {
      await fixture.subscribeToNew();
      await log.append(Array.from({ length: 5 }, (_, n) => publication(id(n), name, { body: 'x'.repeat(1_000) })));
      const claim = await fixture.claimNew();
      const lengths = await Promise.all(
        [
          [100, mebibyte],
          [2, mebibyte],
          [100, 1_001],
          [100, 1],
        ].map(async ([limit, bytes]) => (await log.read(claim, limit!, bytes!)).length),
      );
      expect(lengths).toEqual([5, 2, 2, 1]);
      const { position } = claim.state;
      expect((await log.readAt(claim, [position + 4, position + 2])).map((e) => e.id)).toEqual([id(1), id(3)]);
    });

    test('a paused cursor is not claimed until it is woken', async () => {
      await fixture.subscribeToNew();
      await fixture.store(1);
      const claim = await fixture.claimNew();
      await log.settle(
        claim,
        settled(claim, claim.state.position, { holdFor: 60_000, state: { ...claim.state, failures: 1 } }),
        'release',
      );
      expect(await other.claim(name, lease)).toBeUndefined();
      expect((await log.status([name])).subscribers).toMatchObject([{ heldPartitions: 1, lag: 1 }]);
      await other.wake(name);
      expect((await fixture.claimNew()).state.failures).toBe(1);
    });

    test('pending entries are kept and become due, even while fresh entries are paused', async () => {
      await fixture.subscribeToNew();
      await fixture.store(2);
      const claim = await fixture.claimNew();
      const { position } = claim.state;
      const pending = [
        { offset: position + 1, subject: name, attempts: 2, tries: 3, witness: 7, faltered: 5, due: claim.now + 100 },
      ];
      await log.settle(
        claim,
        settled(claim, position + 1, {
          accepted: 0,
          state: { ...claim.state, position: position + 1, pending },
          holdFor: 60_000,
          retryIn: 100,
        }),
        'release',
      );
      expect(await other.claim(name, lease)).toBeUndefined();
      let again: Claim | undefined;
      await until(async () => (again = await other.claim(name, lease)));
      expect(again!.state.pending).toEqual(pending);
      expect(again!.now).toBeGreaterThanOrEqual(pending[0]!.due - 1);
      expect(again!.freshDue).toBeGreaterThan(again!.now + 30_000);
      expect((await log.status([name])).subscribers).toMatchObject([{ lag: 2 }]);
    });

    test('controls are entries that the subscriber accepted', async () => {
      await fixture.subscribeToNew(`${name}-none`);
      await log.subscribe([name]);
      expect(await log.controls(name)).toEqual([]);
      // For this subscriber, all entries are dead or pending, except one.
      const subject = name;
      await log.append([
        publication(id('good'), subject),
        publication(id('dead'), subject),
        publication(id('pending'), subject),
      ]);
      for (let claim = await log.claim(name, lease); claim; claim = await log.claim(name, lease)) {
        const entries = await log.read(claim, 100_000, 100 * mebibyte);
        const isOurs = entries.some((e) => e.id === id('good'));
        const kept = entries.filter((e) => e.id !== id('good'));
        const deaths = kept
          .filter((e) => e.id !== id('pending'))
          .map((e) => ({ offset: e.offset, subject: e.subject, reason: 'refused' as const, error: '', attempts: 1 }));
        const pending = kept
          .filter((e) => e.id === id('pending'))
          .map((e) => ({
            offset: e.offset,
            subject: e.subject,
            attempts: 0,
            tries: 0,
            witness: 0,
            faltered: 0,
            due: claim.now + 60_000,
          }));
        await log.settle(
          claim,
          settled(claim, claim.head, {
            accepted: Number(isOurs),
            deaths,
            state: { ...claim.state, position: claim.head, pending },
            retryIn: pending.length ? 60_000 : undefined,
          }),
          'release',
        );
      }
      expect((await log.controls(name)).map((e) => e.id)).toEqual([id('good')]);
    });
  });
}
