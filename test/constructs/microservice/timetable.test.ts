import * as fc from 'fast-check';
import { Image, Microservice, scheduledReplicas, type ScheduleStep } from '../../../src/index';
import { WallClock } from '../../../src/constructs/microservice/scaling/wall-clock';
import { DAYS } from '../../../src/constructs/microservice/scaling/week';
import { Timetable } from '../../../src/constructs/microservice/scaling/timetable';
import { chart, objectsOf } from '../render';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const iso = (instant: number) => new Date(instant).toISOString().slice(0, 16);

describe('the clocks of a time zone', () => {
  test.each<[string, string, string, string | undefined]>([
    ['Europe/Berlin', '2026-03-29T01:59', '2026-03-29T00:59', undefined],
    ['Europe/Berlin', '2026-03-29T02:00', '2026-03-29T01:00', 'skipped'],
    ['Europe/Berlin', '2026-03-29T02:59', '2026-03-29T01:00', 'skipped'],
    ['Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00', undefined],
    ['Europe/Berlin', '2026-10-25T01:59', '2026-10-24T23:59', undefined],
    ['Europe/Berlin', '2026-10-25T02:00', '2026-10-25T00:00', 'twice'],
    ['Europe/Berlin', '2026-10-25T02:59', '2026-10-25T00:59', 'twice'],
    ['Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00', undefined],
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:00', 'skipped'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30', 'twice'],
    ['America/New_York', '2026-11-01T02:00', '2026-11-01T07:00', undefined],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30', 'skipped'],
    ['Australia/Lord_Howe', '2026-10-04T02:30', '2026-10-03T15:30', undefined],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45', 'twice'],
    ['Australia/Lord_Howe', '2026-04-05T02:00', '2026-04-04T15:30', undefined],
    ['Africa/Cairo', '2026-04-24T00:00', '2026-04-23T22:00', 'skipped'],
    ['Asia/Kolkata', '2026-04-24T00:00', '2026-04-23T18:30', undefined],
  ])('%s: the time %s happens at %sZ, %s', (zone, reading, instant, clocks) => {
    const happens = new WallClock(zone).happens(Date.parse(`${reading}Z`));
    expect([iso(happens.instant), happens.clocks]).toEqual([instant, clocks]);
  });

  test.each([
    ['Europe/Berlin', ['2026-03-29T02:00 → 2026-03-29T03:00']],
    ['Australia/Lord_Howe', ['2026-10-04T02:00 → 2026-10-04T02:30']],
    ['Antarctica/Troll', ['2026-03-29T01:00 → 2026-03-29T03:00']],
    ['Etc/UTC', []],
  ])('forward jumps in %s in 2026: %j', (zone, jumps) => {
    const found = [...new WallClock(zone).jumps(Date.UTC(2026, 0), Date.UTC(2027, 0))];
    expect(found.map(({ from, to }) => `${iso(from)} → ${iso(to)}`)).toEqual(jumps);
  });
});

describe('the current and the next step', () => {
  const steps: ScheduleStep[] = [
    { at: '02:30', replicas: 9 },
    { at: '08:00', replicas: 9 },
    { at: '12:00', replicas: 1, days: ['Mon', 'Sun'] },
  ];
  const stepsAt = (instant: string) => {
    const { since, next } = new Timetable({ steps, timeZone: 'Europe/Berlin' }).at(Date.parse(instant));
    return {
      since: [since.step.at, iso(since.instant), since.clocks],
      next: next && [next.step.at, iso(next.instant), next.clocks],
    };
  };

  test('the next step is the first with another number of replicas', () => {
    expect(stepsAt('2026-06-07T06:00Z')).toEqual({
      since: ['08:00', '2026-06-07T06:00', undefined],
      next: ['12:00', '2026-06-07T10:00', undefined],
    });
    expect(stepsAt('2026-06-10T05:59Z')).toEqual({
      since: ['02:30', '2026-06-10T00:30', undefined],
      next: ['12:00', '2026-06-14T10:00', undefined],
    });
  });

  test('a step happens at the jump if clocks skip its time, and at the first time if they show it twice', () => {
    expect(stepsAt('2026-03-29T00:59Z').since).toEqual(['08:00', '2026-03-28T07:00', undefined]);
    expect(stepsAt('2026-03-29T01:00Z').since).toEqual(['02:30', '2026-03-29T01:00', 'skipped']);
    expect(stepsAt('2026-10-25T01:10Z').since).toEqual(['02:30', '2026-10-25T00:30', 'twice']);
  });

  test('if clocks jump over several steps at once, the last one applies', () => {
    const both = new Timetable({
      steps: [
        { at: '02:45', replicas: 3 },
        { at: '02:15', replicas: 2 },
        { at: '01:00', replicas: 1 },
      ],
      timeZone: 'Europe/Berlin',
    });
    expect(both.at(Date.parse('2026-03-29T00:30Z')).next).toMatchObject({ step: { at: '02:45' }, clocks: 'skipped' });
    expect(both.at(Date.parse('2026-03-29T01:00Z')).since.step.replicas).toBe(3);
  });

  test('if all steps have the same number, there is no next step', () => {
    expect(new Timetable({ steps: [{ at: '10:00', replicas: 2 }], timeZone: 'Etc/UTC' }).at(0).next).toBeUndefined();
  });
});

const CHANGES: [zone: string, change: string][] = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00Z'],
  ['America/Havana', '2026-11-01T05:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00Z'],
  ['Pacific/Chatham', '2026-09-26T14:00Z'],
];

test.each(CHANGES)(
  'the CronJobs and the timetable agree in every minute around a change of clocks: %s %s',
  (timeZone, change) => {
    const clock = new WallClock(timeZone);
    const start = Date.parse(change) - DAY / 2;
    const minutes = Array.from({ length: 24 * 60 }, (_, i) => start + i * MINUTE);
    const readings = minutes.map((instant) => clock.reading(instant));
    // Both around the change of clocks and at any other time.
    const minute = fc.oneof(
      fc.integer({ min: 0, max: 1439 }),
      fc
        .integer({ min: -150, max: 150 })
        .map((by) => (((clock.reading(Date.parse(change)) / MINUTE + by) % 1440) + 1440) % 1440),
    );
    const step = fc.record({
      minute,
      replicas: fc.integer({ min: 0, max: 9 }),
      days: fc.subarray([...DAYS], { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(step, { minLength: 1, maxLength: 4, selector: ({ minute: of }) => of }), (given) => {
        const two = (n: number) => String(n).padStart(2, '0');
        const steps = given.map(({ minute: of, ...rest }): ScheduleStep => ({
          ...rest,
          at: `${two(Math.floor(of / 60))}:${two(of % 60)}`,
        }));
        const happenings = new Map(
          new Timetable({ steps, timeZone })
            .between(start + 1, minutes.at(-1)!)
            .map((happening) => [happening.instant, happening.step.replicas]),
        );
        const runs = cronRuns(steps, timeZone);
        // The definition: a step happens when clocks show its time or a later one for the first time that day.
        let shown = readings[0]!;
        let expected = new Timetable({ steps, timeZone }).at(start).since.step.replicas;
        let [inCluster, inTimetable] = [expected, expected];
        const differences: string[] = [];
        for (const [i, instant] of minutes.entries()) {
          const reading = readings[i]!;
          for (; shown < reading; shown += MINUTE) expected = replicasAt(steps, shown + MINUTE) ?? expected;
          if (runs(reading)) inCluster = scheduledReplicas(steps, timeZone, new Date(instant));
          inTimetable = happenings.get(instant) ?? inTimetable;
          if (inCluster !== expected || inTimetable !== expected)
            differences.push(
              `${iso(instant)}Z: ${expected} expected, ${inCluster} in the cluster, ${inTimetable} in the timetable`,
            );
        }
        expect(differences).toEqual([]);
      }),
      { numRuns: 12 },
    );
  },
);

function replicasAt(steps: readonly ScheduleStep[], reading: number): number | undefined {
  const [day, time] = [DAYS[(new Date(reading).getUTCDay() + 6) % 7]!, new Date(reading).toISOString().slice(11, 16)];
  return steps.find(({ at, days = DAYS }) => at === time && days.includes(day))?.replicas;
}

/** A function that reports whether a CronJob of the schedule runs at a reading of the clocks. */
function cronRuns(steps: ScheduleStep[], timeZone: string): (reading: number) => boolean {
  const objects = objectsOf(
    chart((scope) => new Microservice(scope, 'cart', { image: Image.of('shop/cart:1'), schedule: steps, timeZone })),
  );
  const crons = objects
    .filter(({ kind }) => kind === 'CronJob')
    .map(({ spec }) => (spec as { schedule: string }).schedule.split(' ') as [string, string, string, string, string]);
  return (reading) => {
    const shown = new Date(reading);
    return crons.some(
      ([minute, hour, , , days]) =>
        Number(minute) === shown.getUTCMinutes() &&
        (hour === '*' || Number(hour) === shown.getUTCHours()) &&
        (days === '*' || days.split(',').includes(String(shown.getUTCDay()))),
    );
  };
}
