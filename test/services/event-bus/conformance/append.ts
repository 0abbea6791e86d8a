import type { Log, Stored } from '../../../../services/event-bus/log.ts';
import { lease, mebibyte, publication, surely } from './fixture.ts';
import type { Fixture } from './fixture.ts';

export function appendConformance(begin: () => Fixture): void {
  describe('append', () => {
    let fixture: Fixture;
    let log: Log;
    let other: Log;
    let name: string;
    beforeEach(() => {
      fixture = begin();
      ({ log, other, name } = fixture);
    });
    const id = (n: number | string) => fixture.id(n);

    test('returns the results in the order of the input', async () => {
      const first = await log.append([publication(id(1)), publication(id(2))]);
      const second = await log.append([
        publication(id(3)),
        publication(id(1), 'post-1', { digest: 'two' }),
        publication(id(2)),
      ]);
      expect([first, second]).toEqual([
        ['stored', 'stored'],
        ['stored', 'conflict', 'known'],
      ]);
    });

    test('events with the same id but different sources are different', async () => {
      expect(
        await log.append([publication(id(1)), publication(id(1), 'post-1', { source: '/other', digest: 'two' })]),
      ).toEqual(['stored', 'stored']);
    });

    test('the same id with another subject is a conflict, even in another partition', async () => {
      await log.append([publication(id(1), 'a')]);
      for (let n = 0; n < 40; n++)
        expect(await other.append([publication(id(1), `subject ${n}`, { digest: 'two' })])).toEqual(['conflict']);
    });

    test('the same event is stored once if it is appended a thousand times at once', async () => {
      const before = (await log.status([])).published;
      const results = await Promise.all(
        Array.from({ length: 1_000 }, (_, n) => surely(() => (n % 2 ? log : other).append([publication(id('x'))]))),
      );
      expect(results.flat().filter((r) => r === 'stored')).toHaveLength(1);
      expect(new Set(results.flat())).toEqual(new Set(['stored', 'known']));
      expect((await log.status([])).published).toBe(before + 1);
    });

    test('of many events with the same id at once, one is stored, equal ones are known, the others conflict', async () => {
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          surely(() =>
            (n % 2 ? log : other).append([publication(id('x'), `subject ${n % 6}`, { digest: `content ${n % 6}` })]),
          ),
        ),
      );
      const of = (result: Stored) => results.flat().filter((r) => r === result).length;
      expect([of('stored'), of('known'), of('conflict')]).toEqual([1, 9, 50]);
    });

    test('with concurrent appends, offsets have no gaps and keep the order of each subject', async () => {
      await fixture.subscribeToNew();
      const starts = new Map((await log.status([])).partitions.map(({ partition, head }) => [partition, head]));
      await Promise.all(
        [log, other].flatMap((each, half) =>
          Array.from({ length: 10 }, async (_, subject) => {
            for (let n = 0; n < 10; n++) {
              // Each call appends two events, and most events are appended twice.
              await each.append(
                [
                  publication(id(`${half}.${subject}.${n}`), `${name} ${half} ${subject}`),
                  publication(id(`${half}.${subject}.${Math.max(0, n - 1)}`), `${name} ${half} ${subject}`),
                ].filter((p, index, all) => index === 0 || p.id !== all[0]!.id),
              );
            }
          }),
        ),
      );
      const seen = new Map<string, number>();
      let total = 0;
      for (let claim = await log.claim(name, lease); claim; claim = await log.claim(name, lease)) {
        const entries = await log.read(claim, 1_000, mebibyte);
        const first = starts.get(claim.partition)!;
        expect(entries.map((e) => e.offset)).toEqual(entries.map((_, n) => first + n + 1));
        expect(claim.head).toBe(first + entries.length);
        for (const { subject, id: entryId } of entries) {
          const n = Number(entryId.split('.').at(-1));
          expect(n).toBe((seen.get(subject) ?? -1) + 1);
          seen.set(subject, n);
        }
        total += entries.length;
      }
      expect(total).toBe(200);
    });

    test('text is returned unchanged', async () => {
      await fixture.subscribeToNew();
      const body = '{"a": 1e3,  "b":"\\u0000 \' \\" { } , ; -- \u{1F600}"}';
      const subject = `'; DROP TABLE event; -- {}," \\ \u{1F600} ${name}`;
      await log.append([publication(id(`"',\\{}`), subject, { source: '/{"\\', body, requestid: 'trace-1' })]);
      expect(await log.read(await fixture.claimNew(), 10, mebibyte)).toMatchObject([
        { id: id(`"',\\{}`), subject, source: '/{"\\', body, requestid: 'trace-1' },
      ]);
    });
  });
}
