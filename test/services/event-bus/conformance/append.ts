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

    test('answers in the order of the input', async () => {
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

    test('the source is part of the identity', async () => {
      expect(
        await log.append([publication(id(1)), publication(id(1), 'post-1', { source: '/other', digest: 'two' })]),
      ).toEqual(['stored', 'stored']);
    });

    test('another subject under the same id is a conflict, although it lives in another partition', async () => {
      await log.append([publication(id(1), 'a')]);
      for (let n = 0; n < 40; n++)
        expect(await other.append([publication(id(1), `subject ${n}`, { digest: 'two' })])).toEqual(['conflict']);
    });

    test('the same event a thousand times at once is one event', async () => {
      const before = (await log.status([])).published;
      const results = await Promise.all(
        Array.from({ length: 1_000 }, (_, n) => surely(() => (n % 2 ? log : other).append([publication(id('x'))]))),
      );
      expect(results.flat().filter((r) => r === 'stored')).toHaveLength(1);
      expect(new Set(results.flat())).toEqual(new Set(['stored', 'known']));
      expect((await log.status([])).published).toBe(before + 1);
    });

    test('one id with many contents and subjects at once: one is stored, its equals are known, the others conflict', async () => {
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

    test('offsets are dense and keep the order of each subject, whatever is stored at once', async () => {
      await fixture.subscribeToNew();
      const starts = new Map((await log.status([])).partitions.map(({ partition, head }) => [partition, head]));
      await Promise.all(
        [log, other].flatMap((each, half) =>
          Array.from({ length: 10 }, async (_, subject) => {
            for (let n = 0; n < 10; n++) {
              // Some are stored twice, and two by two.
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

    test('text comes back as it went in', async () => {
      await fixture.subscribeToNew();
      const body = '{"a": 1e3,  "b":"\\u0000 \' \\" { } , ; -- \u{1F600}"}';
      const subject = `'; DROP TABLE event; -- {}," \\ \u{1F600} ${name}`;
      await log.append([publication(id(`"',\\{}`), subject, { source: '/{"\\', body, traceid: 'trace-1' })]);
      expect(await log.read(await fixture.claimNew(), 10, mebibyte)).toMatchObject([
        { id: id(`"',\\{}`), subject, source: '/{"\\', body, traceid: 'trace-1' },
      ]);
    });
  });
}
