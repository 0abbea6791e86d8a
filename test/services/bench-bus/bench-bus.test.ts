// The benchmark works, and its tables say what was measured. Nothing here depends on how fast this machine is.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeGrowth } from './growth.ts';
import { run } from './load.ts';
import { LOGS } from './log-servers.ts';
import { COLUMNS, describeLogs } from './logs.ts';
import { cpuMs, memoryOf } from './processes.ts';
import { withStack } from './stack.ts';

/** Jest cannot load the package with PostgreSQL, so a process of its own measures that log. */
test('the command measures PostgreSQL and prints a table', async () => {
  const command = ['--import', 'tsx', join(__dirname, 'main.ts'), '--only', 'logs', '--logs', 'postgres'];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, '--rounds', '1', '--events', '100']);
  const row = stdout.split('\n').find((line) => line.startsWith('| PostgreSQL'));
  const cells = row!.split('|').map((cell) => cell.trim());
  const isCall = COLUMNS.map(({ title }) => title.startsWith('syncs'));
  const numbers = cells.slice(2, -1).filter((_, at) => !isCall[at]);
  expect(cells).toHaveLength(COLUMNS.length + 3);
  // Everything but the syncs, which need the right to count system calls, is measured on every Linux.
  expect(numbers.filter((cell) => !Number.isFinite(Number(cell)))).toEqual([]);
});

test.each(LOGS.slice(1))(
  '%s: every event reaches every subscriber, in as many partitions as asked for',
  async (log) => {
    await withStack({ log, partitions: 5, buses: 2, subscribers: 2, answerMs: 0 }, async (stack) => {
      const { pids, size } = stack.log;
      const before = size();
      const times = await run(stack.buses, stack.subscribers, { events: 200, publishers: 16 });
      expect(times.answers).toHaveLength(200);
      expect(times.deliveries).toHaveLength(200);
      expect(times.deliveries.every((ms) => ms > 0)).toBe(true);
      expect(times.delivered).toBeGreaterThanOrEqual(times.deliveries.at(-1)!);
      // 200 events of 0.4 KiB, on as many servers as the log has copies.
      expect(size() - before).toBeGreaterThan(pids.length * 200 * 400);
      expect(cpuMs(pids)).toBeGreaterThan(0);
      expect(memoryOf(pids)).toBeGreaterThan(pids.length * 5_000_000);
    });
  },
);

test('a run with a rate publishes no faster', async () => {
  await withStack({ log: 'JetStream R1', partitions: 16, buses: 1, subscribers: 1, answerMs: 0 }, async (stack) => {
    const times = await run(stack.buses, stack.subscribers, { events: 21, publishers: 8, rate: 20 });
    expect(times.published).toBeGreaterThanOrEqual(1_000);
  });
});

test('the table of the logs has the medians, and says what could not be measured', () => {
  const values = Array.from({ length: COLUMNS.length }, () => 1);
  const rows = describeLogs([
    { log: 'PostgreSQL', values: [900, ...values.slice(1)] },
    { log: 'PostgreSQL', values: [700, ...values.slice(1)] },
    { log: 'PostgreSQL', values: [800, ...values.slice(1)] },
    { log: 'JetStream R1', values: values.fill(NaN) },
  ]).split('\n');
  expect(rows).toHaveLength(4);
  expect(rows[2]).toMatch(/^\| PostgreSQL +\| 800 /);
  expect(rows[3]).toMatch(/^\| JetStream R1 +\| \? /);
});

test('the tables of the growth compare each size with the first one of the same log', () => {
  const common = { log: 'PostgreSQL', busy: 0.5 } as const;
  const text = describeGrowth([
    { ...common, partitions: 1, buses: 3, published: 100, delivered: 100 },
    { ...common, partitions: 16, buses: 3, published: 150, delivered: 300 },
    { ...common, partitions: 16, buses: 1, published: 300, delivered: 100 },
    { ...common, log: 'JetStream R3', partitions: 1, buses: 3, published: 10, delivered: 10 },
  ]);
  const cells = text.split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
  expect(cells).toContainEqual(['', 'PostgreSQL', '16', '150', '1.50 ×', '300', '3.00 ×', '50', '']);
  expect(cells).toContainEqual(['', 'JetStream R3', '1', '10', '1.00 ×', '10', '1.00 ×', '50', '']);
  // The second table: more buses.
  expect(cells).toContainEqual(['', 'PostgreSQL', '3', '150', '0.50 ×', '300', '3.00 ×', '50', '']);
});
