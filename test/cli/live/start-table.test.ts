import { startTable, type RunFigures } from '../../../src/cli/reports/start-table';
import type { RunningPart } from '../../../src/local/local-run';

type State = RunningPart['replicas'][number]['state'];

const part = (name: string, wanted: number, states: readonly State[], crashes = 0): RunningPart => ({
  name,
  wanted,
  crashes,
  replicas: states.map((state, i) => ({ name: `${name}-${i + 1}`, state })),
});
const call = (from: string, to: string, figures: object = {}) => ({
  from,
  to,
  isDeclared: true,
  total: 0,
  failed: 0,
  perSecond: 0,
  ...figures,
});
const FIGURES: RunFigures = {
  parts: [
    part('comments', 2, ['ready', 'ready']),
    part('event-bus', 3, ['ready', 'starting', 'stopping']),
    part('query', 2, ['ready'], 12),
    part('web', 1, ['unready']),
    part('worker', 0, []),
  ],
  calls: [
    call('gateway', 'comments', { perSecond: 10.2, failed: 3, p50: 4.123, p99: 80.2 }),
    call('web', 'comments', { perSecond: 0.3, failed: 1, p50: 12.6, p99: 11_234 }),
    call('comments', 'event-bus', { perSecond: 1_234.5, p50: 0.5, p99: 9.96 }),
    call('gateway', 'web'),
    { ...call('worker', 'query'), isDeclared: false },
  ],
  addresses: {
    gateway: ['http://blog.localhost:8080', 'http://localhost:8080'],
    dashboard: 'http://localhost:8080/_callsign/?token=abcdefghijklmnopqrstuvwx',
  },
};
const shown = (columns: number, rows = 40, figures = FIGURES) =>
  startTable(figures, { columns, rows }, false)
    .map((line) => `${line}|`)
    .join('\n');

test('in 120 columns', () => {
  expect(shown(120)).toBe(
    `
  PART       READY  CRASHES   REQ/S  5XX     P50     P99|
✓ comments     2/2        0    10.5    4   13 ms  11.2 s|
… event-bus    1/3        0  1234.5    0  0.5 ms   10 ms|
✗ query        1/2       12       -    -       -       -|
✗ web          0/1        0     0.0    0       -       -|
✓ worker       0/0        0       -    -       -       -|
Gateway    http://blog.localhost:8080, http://localhost:8080|
Dashboard  http://localhost:8080/_callsign/?token=abcdefghijklmnopqrstuvwx|`.slice(1),
  );
});

test('in 80 columns it is the same', () => {
  expect(shown(80)).toBe(shown(120));
});

test('in 40 columns without the last columns', () => {
  expect(shown(40)).toBe(
    `
  PART       READY  CRASHES   REQ/S  5XX|
✓ comments     2/2        0    10.5    4|
… event-bus    1/3        0  1234.5    0|
✗ query        1/2       12       -    -|
✗ web          0/1        0     0.0    0|
✓ worker       0/0        0       -    -|
Gateway    http://blog.localhost:8080, …|
Dashboard  http://localhost:8080/_calls…|`.slice(1),
  );
});

test.each([1, 2, 5, 12, 13, 20, 21, 33, 50])('no line is longer than %d columns', (columns) => {
  for (const rows of [2, 40]) {
    const lines = startTable(FIGURES, { columns, rows }, false);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  }
});

test('a long name leaves room for the numbers', () => {
  const name = 'a-microservice-with-a-name-that-is-much-too-long';
  const long = { ...FIGURES, parts: [part(name, 1, ['ready'])], addresses: undefined };
  expect(shown(40, 40, long)).toBe(
    `
  PART                 READY  CRASHES|
✓ a-microservice-wit…    1/1        0|`.slice(1),
  );
  expect(shown(120, 40, long)).toContain(`✓ ${name}    1/1        0      -`);
});

test('before the gateway listens, and before there are parts', () => {
  expect(shown(80, 40, { ...FIGURES, addresses: undefined })).not.toContain('Gateway');
  expect(shown(80, 40, { ...FIGURES, parts: [] })).toBe('');
});

test('without a gateway, the address of the dashboard only', () => {
  const addresses = { gateway: [], dashboard: 'http://localhost:1/' };
  expect(shown(80, 40, { ...FIGURES, addresses })).not.toContain('Gateway');
  expect(shown(80, 5, { ...FIGURES, addresses })).toBe('4 of 8 replicas are ready · http://localhost:1/|');
});

test('many parts, or few rows: a summary', () => {
  const parts = Array.from({ length: 50 }, (_, i) => part(`part-${i}`, 1, ['ready']));
  const summary = '50 of 50 replicas are ready · http://blog.localhost:8080';
  expect(shown(80, 50, { ...FIGURES, parts })).toBe(`${summary}|`);
  expect(shown(80, 59, { ...FIGURES, parts }).split('\n')).toHaveLength(53);
  expect(shown(80, 58, { ...FIGURES, parts })).toBe(`${summary}|`);
  expect(shown(40, 12)).toBe('4 of 8 replicas are ready · http://blog…|');
  expect(shown(40, 1)).toHaveLength(41);
  expect(shown(80, 3, { ...FIGURES, parts: [part('web', 1, ['starting'])], addresses: undefined })).toBe(
    '0 of 1 replica is ready|',
  );
});

test('colors of the states, only if the terminal has colors', () => {
  const colored = startTable(FIGURES, { columns: 80, rows: 40 }, true);
  // oxlint-disable-next-line no-control-regex -- These are control characters.
  expect(colored.map((line) => /^\u001B\[(\d+)m/.exec(line)?.[1])).toEqual([
    '2',
    '32',
    '33',
    '31',
    '31',
    '32',
    undefined,
    undefined,
  ]);
  expect(shown(80)).not.toContain('\u001B');
});
