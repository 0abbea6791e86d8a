import * as fc from 'fast-check';
import { Image, Microservice, scheduledReplicas, type ScheduleStep } from '../../../src/index';
import { chart, find, objectsOf } from '../render';

const image = Image.of('shop/cart:1');
const schedule: ScheduleStep[] = [
  { at: '10:00', replicas: 6 },
  { at: '01:00', replicas: 2 },
];
const at = (moment: string, steps = schedule, timeZone = 'Europe/Berlin') =>
  scheduledReplicas(steps, timeZone, new Date(moment));

function render(options: object) {
  return objectsOf(chart((scope) => new Microservice(scope, 'cart', { image, ...options })));
}

describe('the number of replicas of a schedule', () => {
  test.each([
    ['2026-06-01T07:59:00Z', 2],
    ['2026-06-01T08:00:00Z', 6],
    ['2026-06-01T22:59:59Z', 6],
    ['2026-06-01T23:00:00Z', 2], // summer: UTC+2
    ['2026-12-01T08:59:00Z', 2],
    ['2026-12-01T09:00:00Z', 6],
    ['2026-12-01T23:59:00Z', 6],
    ['2026-12-02T00:00:00Z', 2], // winter: UTC+1
  ])('at %s: %i', (moment, replicas) => expect(at(moment)).toBe(replicas));

  test('a step that clocks skip in spring happens at the moment of the jump', () => {
    const steps = [
      { at: '02:30', replicas: 9 },
      { at: '12:00', replicas: 1 },
    ];
    expect(at('2026-03-29T00:59:00Z', steps)).toBe(1); // 01:59, before the jump to 03:00
    expect(at('2026-03-29T01:00:00Z', steps)).toBe(9);
  });

  test('a step that clocks show twice happens once, at the first time', () => {
    const steps = [
      { at: '01:45', replicas: 3 },
      { at: '02:30', replicas: 9 },
    ];
    // Clocks are set back at 01:00Z, from 03:00 to 02:00.
    expect(
      [
        '2026-10-25T00:29:00Z',
        '2026-10-25T00:30:00Z',
        '2026-10-25T01:00:00Z',
        '2026-10-25T01:29:00Z',
        '2026-10-25T01:31:00Z',
      ].map((moment) => at(moment, steps)),
    ).toEqual([3, 9, 9, 9, 9]);
  });

  test('days: the step of Friday applies until Monday', () => {
    const steps: ScheduleStep[] = [
      { at: '08:00', replicas: 4, days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'] },
      { at: '18:00', replicas: 1, days: ['Fri'] },
    ];
    expect(
      [
        '2026-11-20T16:59:00Z',
        '2026-11-20T17:00:00Z',
        '2026-11-22T12:00:00Z',
        '2026-11-23T06:59:00Z',
        '2026-11-23T07:00:00Z',
      ].map((moment) => at(moment, steps)),
    ).toEqual([4, 1, 1, 1, 4]);
  });
});

describe('in the cluster', () => {
  const objects = render({ schedule, timeZone: 'Europe/Berlin' });

  test('the CronJobs of the times of day and the Job that runs after apply have the same program', () => {
    const cronJobs = objects.filter(({ kind }) => kind === 'CronJob');
    expect(cronJobs.map(({ metadata, spec }) => [metadata.name, (spec as { schedule: string }).schedule])).toEqual([
      ['cart-schedule-0100', '0 1 * * *'],
      ['cart-schedule-1000', '0 10 * * *'],
    ]);
    const job = objects.find(({ kind }) => kind === 'Job');
    for (const { spec } of cronJobs) {
      expect(spec).toMatchObject({
        timeZone: 'Europe/Berlin',
        concurrencyPolicy: 'Replace',
        jobTemplate: { spec: job!.spec },
      });
    }
  });

  test('the manifest does not contain the number, so that apply does not reset it', () => {
    expect(find(objects, 'Deployment', 'cart').spec).not.toHaveProperty('replicas');
    expect(objects.map(({ kind }) => kind)).toContain('PodDisruptionBudget');
  });

  test('the program may only change the number of replicas of this microservice', () => {
    expect(find(objects, 'Role', 'cart-schedule').rules).toEqual([
      { apiGroups: ['apps'], resources: ['deployments/scale'], resourceNames: ['cart'], verbs: ['patch'] },
    ]);
    expect(find(objects, 'NetworkPolicy', 'cart-schedule').spec).not.toHaveProperty('ingress');
  });

  test('with autoscaling the schedule sets the minimum', () => {
    const scaled = render({ schedule, autoscale: { max: 10 } });
    expect(find(scaled, 'HorizontalPodAutoscaler', 'cart').spec).toMatchObject({ maxReplicas: 10 });
    expect(find(scaled, 'HorizontalPodAutoscaler', 'cart').spec).not.toHaveProperty('minReplicas');
    expect(find(scaled, 'Role', 'cart-schedule').rules[0]).toMatchObject({
      apiGroups: ['autoscaling'],
      resources: ['horizontalpodautoscalers'],
    });
    const { path, body } = runProgram(scaled, new Date('2026-06-01T12:00:00Z'));
    expect([path, body]).toEqual([
      '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/cart?fieldManager=callsign-schedule',
      { spec: { minReplicas: 6 } },
    ]);
  });

  test('days become the days of the CronJob', () => {
    const weekly = render({ schedule: [{ at: '08:05', replicas: 1, days: ['Mon', 'Sun'] }] });
    expect(find(weekly, 'CronJob', 'cart-schedule-0805').spec).toMatchObject({
      schedule: '5 8 * * 0,1',
      timeZone: 'Etc/UTC',
    });
  });

  test.each<[string, string, ScheduleStep[], string[]]>([
    [
      'also at the time to which clocks jump over a step',
      'Europe/Berlin',
      [{ at: '02:30', replicas: 1 }],
      ['30 2 * * *', '0 3 * * 0'],
    ],
    [
      'only at its time if clocks never jump on its day',
      'Europe/Berlin',
      [{ at: '02:30', replicas: 1, days: ['Mon'] }],
      ['30 2 * * 1'],
    ],
    ['only at its time if clocks never jump', 'Etc/UTC', [{ at: '02:30', replicas: 1 }], ['30 2 * * *']],
    ['also after a jump of two hours', 'Antarctica/Troll', [{ at: '01:30', replicas: 1 }], ['30 1 * * *', '0 3 * * 0']],
    [
      'every day if clocks jump over midnight',
      'Africa/Cairo',
      [{ at: '08:00', replicas: 1, days: ['Fri'] }],
      ['0 8 * * *'],
    ],
    [
      "also at one o'clock if clocks jump at midnight",
      'Africa/Cairo',
      [{ at: '00:30', replicas: 1 }],
      ['30 0 * * *', '0 1 * * *'],
    ],
    [
      'every hour if clocks jump by half an hour',
      'Australia/Lord_Howe',
      [{ at: '02:10', replicas: 1 }],
      ['10 * * * *', '30 * * * *'],
    ],
    [
      'every hour if clocks jump at 02:45',
      'Pacific/Chatham',
      [{ at: '08:00', replicas: 1, days: ['Fri'] }],
      ['0 * * * *'],
    ],
  ])('it runs %s (%s)', (_, timeZone, steps, schedules) => {
    const cronJobs = render({ schedule: steps, timeZone }).filter(({ kind }) => kind === 'CronJob');
    expect(cronJobs.map(({ spec }) => (spec as { schedule: string }).schedule)).toEqual(schedules);
  });

  test('with the longest allowed name the names of the CronJobs have 52 characters, the limit of Kubernetes', () => {
    const named = objectsOf(chart((scope) => new Microservice(scope, 'a'.repeat(38), { image, schedule })));
    expect(named.filter(({ kind }) => kind === 'CronJob').map(({ metadata }) => metadata.name.length)).toEqual([
      52, 52,
    ]);
  });

  test('scheduleImage is the image of the Job', () => {
    const job = render({ schedule, scheduleImage: Image.of('registry.example.com/node:24.9.0') }).find(
      ({ kind }) => kind === 'Job',
    );
    expect(JSON.stringify(job)).toContain('"registry.example.com/node:24.9.0"');
  });

  test('at every moment the program sets the number that scheduledReplicas returns', () => {
    const time = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      replicas: fc.integer({ min: 0, max: 9 }),
    });
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Etc/UTC',
    );
    const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
    const two = (n: number) => String(n).padStart(2, '0');
    fc.assert(
      fc.property(
        fc.uniqueArray(time, { minLength: 1, maxLength: 5, selector: ({ hour, minute }) => hour * 60 + minute }),
        zone,
        moment,
        (times, timeZone, now) => {
          const steps = times.map(({ hour, minute, replicas }) => ({ at: `${two(hour)}:${two(minute)}`, replicas }));
          const { path, body } = runProgram(render({ schedule: steps, timeZone }), now);
          expect([path, body]).toEqual([
            '/apis/apps/v1/namespaces/shop/deployments/cart/scale?fieldManager=callsign-schedule',
            { spec: { replicas: scheduledReplicas(steps, timeZone, now) } },
          ]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Runs the program from the manifest of the Job at a given time. Only the request to the API server is intercepted. */
function runProgram(objects: ReturnType<typeof render>, now: Date): { path?: string; body?: object } {
  const [container] = (
    objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('cart-schedule')) as {
      spec?: { template: { spec: { containers: { command: string[]; env: { name: string; value?: string }[] }[] } } };
    }
  ).spec!.template.spec.containers;
  const env = { ...Object.fromEntries(container!.env.map(({ name, value }) => [name, value])), NAMESPACE: 'shop' };
  let request: { path?: string; body?: object } = {};
  const fetch = async (url: string, { body }: { body: string }) => {
    request = { path: url.replace('https://kubernetes.default.svc', ''), body: JSON.parse(body) as object };
    return { status: 200, statusText: 'OK' };
  };
  class Clock extends Date {
    static override now() {
      return now.getTime();
    }
  }
  // oxlint-disable-next-line typescript/no-implied-eval -- the same text as in the cluster
  new Function('process', 'fetch', 'require', 'Date', 'console', container!.command[2]!)(
    { env, on: () => undefined },
    fetch,
    () => ({ readFileSync: () => 'token' }),
    Clock,
    { log: () => undefined },
  );
  return request;
}
