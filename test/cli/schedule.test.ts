import { app, callsign } from './run';

const at = (time: string, ...rest: string[]) =>
  callsign(['schedule', '--at', time, '--app', app('scheduled.ts'), ...rest]);

test('schedule shows the replicas at the local time of each schedule, with the previous and the next step', async () => {
  expect(await at('2026-06-07T12:00')).toEqual({
    code: 0,
    error: '',
    out: `shop/berlin  6 replicas
  at     Sun 2026-06-07 12:00 +02:00  Europe/Berlin
  since  Sun 2026-06-07 02:30 +02:00  step 02:30
  until  Sun 2026-06-07 20:00 +02:00  step 20:00: 1 replica

shop/new-york  4 to 9 replicas
  at     Sun 2026-06-07 12:00 -04:00  America/New_York
  since  Sun 2026-06-07 08:00 -04:00  step 08:00 Sat Sun
  until  Sun 2026-06-07 18:00 -04:00  step 18:00: 2 to 9 replicas

shop/always  3 replicas
  at     Sun 2026-06-07 12:00 +00:00  Etc/UTC
  since  Sun 2026-06-07 00:00 +00:00  step 00:00
  until  the schedule changes
`,
  });
});

test.each(['2026-06-07T12:00Z', '2026-06-07T14:00+02:00', '2026-06-07 08:00:30-04:00'])(
  'a time with an offset from UTC is the same moment for all: %s',
  async (time) => {
    const { out } = await at(time);
    expect(out.match(/(?<= at {5}).*/g)).toEqual([
      'Sun 2026-06-07 14:00 +02:00  Europe/Berlin',
      'Sun 2026-06-07 08:00 -04:00  America/New_York',
      'Sun 2026-06-07 12:00 +00:00  Etc/UTC',
    ]);
  },
);

test('notes that clocks skip the given time, or the time of a step', async () => {
  const { out } = await at('2026-03-29T02:15');
  expect(out).toContain(`shop/berlin  6 replicas
  at     Sun 2026-03-29 03:00 +02:00  Europe/Berlin, where clocks skip the given time
  since  Sun 2026-03-29 03:00 +02:00  step 02:30, which clocks skip on that day
  until  Sun 2026-03-29 20:00 +02:00  step 20:00: 1 replica
`);
});

test('notes that the given time, or the time of a step, occurs twice', async () => {
  const { out } = await at('2026-10-25T02:45');
  expect(out).toContain(`shop/berlin  6 replicas
  at     Sun 2026-10-25 02:45 +02:00  Europe/Berlin, the first of two times with this local time
  since  Sun 2026-10-25 02:30 +02:00  step 02:30, which occurs twice on that day
`);
  // The step does not happen again the second time.
  expect((await at('2026-10-25T02:10+01:00')).out).toContain(`shop/berlin  6 replicas
  at     Sun 2026-10-25 02:10 +01:00  Europe/Berlin
  since  Sun 2026-10-25 02:30 +02:00  step 02:30, which occurs twice on that day
`);
});

test('schedule --json', async () => {
  const { code, out } = await at('2026-03-29T02:30', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out).slice(0, 2)).toEqual([
    {
      microservice: 'shop/berlin',
      timeZone: 'Europe/Berlin',
      instant: '2026-03-29T01:00Z',
      local: '2026-03-29T03:00+02:00',
      clocks: 'skipped',
      replicas: 6,
      since: {
        instant: '2026-03-29T01:00Z',
        local: '2026-03-29T03:00+02:00',
        clocks: 'skipped',
        step: { at: '02:30', replicas: 6 },
      },
      next: { instant: '2026-03-29T18:00Z', local: '2026-03-29T20:00+02:00', step: { at: '20:00', replicas: 1 } },
    },
    {
      microservice: 'shop/new-york',
      timeZone: 'America/New_York',
      instant: '2026-03-29T06:30Z',
      local: '2026-03-29T02:30-04:00',
      replicas: 2,
      max: 9,
      since: { instant: '2026-03-28T22:00Z', local: '2026-03-28T18:00-04:00', step: { at: '18:00', replicas: 2 } },
      next: {
        instant: '2026-03-29T12:00Z',
        local: '2026-03-29T08:00-04:00',
        step: { at: '08:00', days: ['Sat', 'Sun'], replicas: 4 },
      },
    },
  ]);
});

test('the default of --at is now', async () => {
  const before = new Date().toISOString().slice(0, 16);
  const { out } = await callsign(['schedule', '--app', app('scheduled.ts'), '--json']);
  const after = new Date().toISOString().slice(0, 16);
  const [{ instant }] = JSON.parse(out) as [{ instant: string }];
  expect(`${before}Z` <= instant && instant <= `${after}Z`).toBe(true);
});

test('an environment can set its own schedules', async () => {
  expect(await callsign(['schedule', '--env', 'prod', '--at', '2026-03-29T02:30'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^blog\/web {2}2 replicas\n/),
  });
  expect(await callsign(['schedule'])).toEqual({ code: 0, out: 'No microservice has a schedule.\n', error: '' });
});

test.each([
  'now',
  '2026-03-29',
  '02:30',
  '2026-02-30T10:00',
  '2026-13-01T10:00',
  '2026-03-29T24:00',
  '2026-03-29T10:61',
  '2026-03-29T02:30+1',
  '2026-03-29T02:30+99:00',
  '2026-03-29T02:30 Europe/Berlin',
  '',
])('--at %j is an error', async (time) => {
  const { code, out, error } = await at(time);
  expect([code, out]).toEqual([2, '']);
  expect(error.split('\n')[0]).toBe(
    `callsign schedule: Invalid time: ${JSON.stringify(time)}. Expected: a local time such as 2026-03-29T02:30, or a moment such as 2026-03-29T02:30Z or 2026-03-29T02:30+01:00.`,
  );
});

test('schedule prints only the problems of charts that have problems', async () => {
  expect(await callsign(['schedule', '--app', app('broken.ts')])).toMatchObject({
    code: 1,
    out: expect.stringMatching(/\n3 problems: /),
    error: '',
  });
});
