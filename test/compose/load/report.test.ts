import type { ScalarNode } from '../../../src/compose/load/node';
import { ImportReport, isMissing } from '../../../src/compose/load/report';

const node: ScalarNode = {
  kind: 'scalar',
  value: 5,
  position: { place: { file: 'compose.yaml', line: 3 }, path: 'services.web.cpu_shares', base: '.' },
  variables: [],
};

/** The entry of the key after these records. */
function entryAfter(record: (report: ImportReport) => void) {
  const report = new ImportReport();
  report.add(node);
  record(report);
  return report.entries()[0]!;
}

const place = { file: 'compose.yaml', line: 3, path: 'services.web.cpu_shares' };

test('a lost key is refused, and the program runs', () => {
  const entry = entryAfter((report) => report.lost(node, 'No.'));
  expect(entry).toEqual({ ...place, status: 'refused', why: 'No.', runs: true });
  expect(isMissing(entry)).toBe(false);
  expect(entryAfter((report) => report.rest(node, 'lost', 'No.'))).toEqual(entry);
});

test('a refused key, and a key without a record, may be needed', () => {
  const entry = entryAfter((report) => report.refused(node, 'No.'));
  expect(entry).toEqual({ ...place, status: 'refused', why: 'No.' });
  expect(isMissing(entry)).toBe(true);
  const unhandled = entryAfter(() => undefined);
  expect(unhandled).toEqual({ ...place, status: 'refused', why: 'The import does not handle this key.' });
  expect(isMissing(unhandled)).toBe(true);
});

test('of several records the most severe one counts, in any order', () => {
  const needed = (report: ImportReport) => report.refused(node, 'Needed.');
  const lost = (report: ImportReport) => report.lost(node, 'Lost.');
  const similar = (report: ImportReport) => report.approximated(node, 'Similar.');
  for (const [first, second, why] of [
    [needed, lost, 'Needed.'],
    [lost, needed, 'Needed.'],
    [lost, similar, 'Lost.'],
    [similar, lost, 'Lost.'],
  ] as const)
    expect(
      entryAfter((report) => {
        first(report);
        second(report);
      }),
    ).toMatchObject({ why });
});
