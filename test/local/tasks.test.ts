import { join } from 'node:path';
import { startedRuns } from './started';

jest.setTimeout(120_000);
const APP = join(__dirname, 'tasks/app.js');
const runs = startedRuns();

test('a part starts after the task that it waits for, also if the task fails once', async () => {
  const folder = runs.folder();
  const run = runs.start(['--app', APP, '--port', '0', '--no-open'], folder);
  await run.says(/^Ready after /m);
  await run.says('index succeeded');
  const { output } = run;
  const order = [
    'page waits for migration',
    'the table is locked',
    'migration ended with code 1. It starts again in 0.5 s.',
    'migration succeeded',
    'page-1 is ready',
    'indexed migrated',
    'index succeeded',
  ].map((text) => output.indexOf(text));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order).not.toContain(-1);
  expect(output).toContain('cleanup is not started: it is suspended.');
  expect(output).not.toContain('report is not started');
  expect(await run.stop()).toBe(0);
});

test('a part does not start if its task fails', async () => {
  const run = runs.start(['--app', APP, '--port', '0', '--no-open'], runs.folder(), { FAILURES: '9' });
  await run.says('migration failed with code 1, attempt 2 of 2.');
  expect(run.output).not.toContain('page-1');
  expect(await run.stop()).toBe(0);
});
