import { isDue } from '../../../src/local/model/due';
import { CronClock } from '../../../src/local/run/cron-clock';
import type { TaskRunner } from '../../../src/local/run/task-runner';

describe('isDue', () => {
  const time = new Date('2026-11-29T02:30:40Z');
  test.each([
    ['30 2 * * *', 'Etc/UTC', true],
    ['30 3 * * *', 'Europe/Berlin', true],
    ['30 2 * * *', 'Europe/Berlin', false],
    ['* * * * *', 'Etc/UTC', true],
    ['31 2 * * *', 'Etc/UTC', false],
    ['30 2 29 11 *', 'Etc/UTC', true],
    ['30 2 * 12 *', 'Etc/UTC', false],
    // It is a Sunday. With a day and a weekday, one of the two is enough.
    ['30 2 * * 0', 'Etc/UTC', true],
    ['30 2 * * 1', 'Etc/UTC', false],
    ['30 2 29 * 1', 'Etc/UTC', true],
    ['no schedule', 'Etc/UTC', false],
  ])('%s in %s: %s', (schedule, zone, due) => {
    expect(isDue(schedule, zone, time)).toBe(due);
  });
});

describe('the clock', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-29T02:29:30Z') });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function started(concurrency: string, isRunning: boolean) {
    const calls: string[] = [];
    const runner = {
      isRunning,
      task: { name: 'report', times: { schedule: '30 2 * * *', timeZone: 'Etc/UTC', concurrency } },
      run: async () => void calls.push('run'),
      end: async () => void calls.push('end'),
    } as unknown as TaskRunner;
    const clock = new CronClock([runner], (text) => void calls.push(text));
    clock.start();
    return { calls, clock };
  }

  test('starts a task in its minute, and only then', async () => {
    const { calls, clock } = started('forbid', false);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(calls).toEqual([]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(calls).toEqual(['run']);
    await jest.advanceTimersByTimeAsync(300_000);
    expect(calls).toEqual(['run']);
    clock.stop();
  });

  test.each([
    ['forbid', ['report is due, but its previous run has not ended. This run is left out.']],
    ['replace', ['end', 'run']],
    ['allow', ['run']],
  ])('while the previous run continues: %s', async (concurrency, expected) => {
    const { calls, clock } = started(concurrency, true);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(calls).toEqual(expected);
    clock.stop();
  });

  test('a stopped clock starts nothing', async () => {
    const { calls, clock } = started('allow', false);
    clock.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual([]);
  });
});
