import type { ReportEntry } from '../../../src/compose/load/report';
import { decisionsOf, lostSettings } from '../../../src/compose/write/summary';

const entry = (path: string, more: Partial<ReportEntry> = {}): ReportEntry => ({
  status: 'refused',
  file: 'compose.yaml',
  line: 1,
  path,
  why: `${path}.`,
  ...more,
});
const ranksOf = (...paths: string[]) =>
  decisionsOf(
    paths.map((path) => entry(path)),
    [],
    [],
  ).map(({ rank }) => rank);

test('the order is: what starts, Secrets, rights, and warnings', () => {
  const report = [entry('services.web.privileged'), entry('services.web.image')];
  expect(decisionsOf(report, ['A warning.'], [{ name: 'web' }, { name: 'api' }])).toEqual([
    {
      rank: 'start',
      message: 'services.web.image.',
      places: [expect.objectContaining({ path: 'services.web.image' })],
    },
    { rank: 'start', message: 'Create these Secrets before the first start: web, api.', places: [] },
    expect.objectContaining({ rank: 'security', message: 'services.web.privileged.' }),
    { rank: 'other', message: 'A warning.', places: [] },
  ]);
});

test('keys with the same reason are one decision, in the order of the file', () => {
  const [first, second] = [
    entry('services.a.image', { why: 'No.', line: 3 }),
    entry('services.b.image', { why: 'No.', line: 7 }),
  ];
  expect(decisionsOf([first, entry('services.c.image'), second], [], [])).toEqual([
    {
      rank: 'start',
      message: 'No.',
      places: [
        { file: 'compose.yaml', line: 3, path: 'services.a.image' },
        { file: 'compose.yaml', line: 7, path: 'services.b.image' },
      ],
    },
    expect.objectContaining({ message: 'services.c.image.' }),
  ]);
});

test('only keys that a program may need are decisions, and the others are lost', () => {
  const report = [
    entry('services.a.image', { status: 'converted' }),
    entry('services.a.ports[0]', { status: 'approximated' }),
    entry('services.a.cpu_shares', { runs: true, why: 'No.' }),
    entry('services.b.cpuset', { runs: true, why: 'No.' }),
  ];
  expect(decisionsOf(report, [], [])).toEqual([]);
  expect(lostSettings(report)).toEqual([
    {
      message: 'No.',
      places: [
        expect.objectContaining({ path: 'services.a.cpu_shares' }),
        expect.objectContaining({ path: 'services.b.cpuset' }),
      ],
    },
  ]);
});

test('names of variables and labels are no rights', () => {
  expect(ranksOf('services.web.user', 'services.web.cap_add[0]', 'x-all.devices[0]')).toEqual(
    Array(3).fill('security'),
  );
  expect(
    ranksOf(
      'services.web.environment.user',
      'services.web.labels.pid',
      'services.web.build.args.user',
      'services.web.users',
    ),
  ).toEqual(Array(4).fill('start'));
});
