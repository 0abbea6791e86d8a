import type { Claim, Log } from '../../../../services/event-bus/log.ts';
import { lease, publication, settled } from './fixture.ts';
import type { Fixture } from './fixture.ts';

export function deadLetterConformance(begin: () => Fixture): void {
  describe('dead letters', () => {
    let fixture: Fixture;
    let log: Log;
    let other: Log;
    let name: string;
    beforeEach(() => {
      fixture = begin();
      ({ log, other, name } = fixture);
    });
    const id = (n: number | string) => fixture.id(n);

    async function kill(subject = name): Promise<Claim> {
      await fixture.subscribeToNew();
      await log.append([publication(id('bad'), subject), publication(id('good'), subject)]);
      const claim = await fixture.claimNew();
      const death = {
        offset: claim.state.position + 1,
        subject,
        reason: 'failed' as const,
        error: '500 no',
        attempts: 8,
      };
      await log.settle(claim, settled(claim, claim.head, { accepted: 1, deaths: [death] }), 'release');
      return claim;
    }

    test('are listed by subscriber, in pages, with their details', async () => {
      const claim = await kill();
      const [letter, ...more] = await log.deadLetters({ subscriber: name, limit: 10 });
      expect(more).toEqual([]);
      expect(letter).toMatchObject({
        subscriber: name,
        partition: claim.partition,
        offset: claim.state.position + 1,
        source: '/test',
        id: id('bad'),
        subject: name,
        reason: 'failed',
        error: '500 no',
        attempts: 8,
        redriving: false,
        body: JSON.stringify({ id: id('bad') }),
      });
      expect(await log.deadLetter(letter!.letter)).toEqual(letter);
      expect(await log.deadLetters({ subscriber: name, limit: 10, after: letter!.letter })).toEqual([]);
      expect((await log.status([name])).subscribers).toMatchObject([{ deadLetters: 1, lag: 0 }]);
      for (const wrong of ['', 'no', `${name}.0.999999`, `${name}.x.1`, "a'; --.1.1", `${name}.99999999999.1`])
        expect(await log.deadLetter(wrong)).toBeUndefined();
    });

    test.each(['letter', 'subscriber'] as const)(
      'after a redrive by %s, an entry is pending again, and no longer a dead letter once accepted',
      async (by) => {
        await kill();
        const [letter] = await log.deadLetters({ subscriber: name, limit: 1 });
        expect(await other.redrive(by === 'letter' ? { letter: letter!.letter } : { subscriber: name })).toBe(1);
        expect(await log.deadLetter(letter!.letter)).toMatchObject({ redriving: true });
        const claim = await fixture.claimNew();
        expect(claim.state.pending).toMatchObject([
          { offset: letter!.offset, subject: name, attempts: 0, tries: 0, redriven: true },
        ]);
        expect(claim.state.pending[0]!.due).toBeLessThanOrEqual(claim.now);
        // After a failure it stays pending, and no second redrive is needed.
        const pending = [{ ...claim.state.pending[0]!, tries: 1, due: claim.now }];
        const next = await log.settle(
          claim,
          settled(claim, claim.head, { state: { ...claim.state, pending }, retryIn: 0 }),
          'release',
        );
        expect(next!.state.pending).toEqual(pending);
        const again = await fixture.claimNew(name, other);
        expect(again.state.pending).toEqual(pending);
        await other.settle(
          again,
          settled(again, again.head, {
            state: { ...again.state, pending: [] },
            accepted: 1,
            revived: [letter!.offset],
          }),
          'release',
        );
        expect(await log.deadLetters({ subscriber: name, limit: 10 })).toEqual([]);
        expect(await log.claim(name, lease)).toBeUndefined();
      },
    );

    test('after a redrive, an entry can become a dead letter again with the same id', async () => {
      await kill();
      const [letter] = await log.deadLetters({ subscriber: name, limit: 1 });
      await log.redrive({ letter: letter!.letter });
      const claim = await fixture.claimNew();
      const death = {
        offset: letter!.offset,
        subject: name,
        reason: 'refused' as const,
        error: '400 again',
        attempts: 1,
      };
      await log.settle(
        claim,
        settled(claim, claim.head, { accepted: 0, deaths: [death], state: { ...claim.state, pending: [] } }),
        'release',
      );
      expect(await log.deadLetters({ subscriber: name, limit: 10 })).toMatchObject([
        { letter: letter!.letter, reason: 'refused', error: '400 again', redriving: false },
      ]);
      expect(await log.claim(name, lease)).toBeUndefined();
    });

    test('a redrive without dead letters does nothing', async () => {
      expect(await log.redrive({ letter: `${name}.1.1` })).toBe(0);
      expect(await log.redrive({ letter: 'nonsense' })).toBe(0);
      expect(await log.redrive({ subscriber: name })).toBe(0);
    });

    test('a refused settlement stores no dead letter', async () => {
      await fixture.subscribeToNew();
      await fixture.store(1);
      const claim = await fixture.claimNew();
      await log.release(claim);
      const death = { offset: claim.head, subject: name, reason: 'failed' as const, error: '', attempts: 8 };
      expect(await log.settle(claim, settled(claim, claim.head, { deaths: [death] }), 'release')).toBeUndefined();
      expect(await log.deadLetters({ subscriber: name, limit: 10 })).toEqual([]);
    });
  });
}
