import { Chart } from 'cdk8s';
import { Database, EventLog, ExistingEventLog, External, Image, Microservice } from '../../../src/index';
import { chart, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/bus:1');

/** Each entry: the error, the expected code and field, the options, and the id if it is not `log`. */
const BROKEN: [error: string, code: string, field: string | undefined, options: object, id?: string][] = [
  ['two servers', 'event-log-invalid', 'servers', { servers: 2 }],
  ['four servers', 'event-log-invalid', 'servers', { servers: 4 }],
  ['seven servers', 'event-log-invalid', 'servers', { servers: 7 }],
  ['too many servers for a list', 'event-log-invalid', 'servers', { servers: 4_000_000_000 }],
  ['fewer than no servers', 'event-log-invalid', 'servers', { servers: -3 }],
  ['half a server', 'event-log-invalid', 'servers', { servers: 2.5 }],
  ['a text', 'event-log-invalid', 'servers', { servers: '3' }],
  ['an image without a tag', 'image-unpinned', 'image', { image: Image.of('nats') }],
  ['a text as the image', 'image-invalid', 'image', { image: 'nats:2.15' }],
  ['an image for the passwords without a tag', 'image-unpinned', 'passwordImage', { passwordImage: Image.of('node') }],
  ['storage without a unit that exists', 'quantity-invalid', 'storage', { storage: '1GB' }],
  ['no storage', 'quantity-invalid', 'storage', { storage: '0' }],
  [
    'a memory limit that is no quantity',
    'quantity-invalid',
    'resources.memoryLimit',
    { resources: { memoryLimit: 'a' } },
  ],
  [
    'a memory request above the limit',
    'limit-below-request',
    'resources.memoryLimit',
    { resources: { memory: '1Gi' } },
  ],
  ['an unknown option', 'option-unknown', 'replicas', { replicas: 3 }],
  ['an unknown option of a group', 'option-unknown', 'resources.cpus', { resources: { cpus: '1' } }],
  ['a name with an underscore', 'name-invalid', undefined, {}, 'event_log'],
  ['a name that is too long for a Job', 'name-invalid', undefined, {}, 'l'.repeat(46)],
];

test.each(BROKEN)('%s', (_error, code, field, options, id = 'log') => {
  const problems = problemsOf(chart((scope) => new EventLog(scope, id, options)));
  expect(problems.map((problem) => [problem.code, problem.field])).toEqual([[code, field]]);
  const [problem] = problems;
  expect(problem).toMatchObject({ path: `shop/${id}`, place: { file: 'test/constructs/event-log/problems.test.ts' } });
  expect([problem!.message, problem!.fix].every((sentence) => /^[A-Z].*[.?]/s.test(sentence))).toBe(true);
});

test('an even number is a problem because of the majority', () => {
  const [problem] = problemsOf(chart((scope) => new EventLog(scope, 'log', { servers: 4 })));
  expect(problem).toMatchObject({
    message: 'A majority must run, so 4 servers survive no more failures than 3.',
    expected: '1, 3 or 5',
    got: '4',
    fix: 'Write servers: 3. With five, the log continues without two of them.',
  });
});

test('valid options that are similar to invalid ones are accepted', () => {
  const fine: [string, object][] = [
    ['a', { servers: 1 }],
    ['b', { servers: 3 }],
    ['c', { servers: 5, resources: { memoryLimit: '65Mi' } }],
    ['l'.repeat(45), {}],
  ];
  expect(
    objectsOf(chart((scope) => fine.map(([id, options]) => new EventLog(scope, id, options)))).length,
  ).toBeGreaterThan(fine.length);
});

/** The problems of a caller with this target. */
const problemsOfCaller = (target: (scope: Chart) => unknown) =>
  problemsOf(
    chart((scope) => {
      new Microservice(scope, 'bus', { image }).keepsLogIn(target(scope) as EventLog);
    }),
  ).map(({ code, field, message, got }) => ({ code, field, message, got }));

test('only an event log can be the log', () => {
  const wrong = { code: 'call-unknown', field: 'keepsLogIn', message: 'This is not an event log.' };
  expect(problemsOfCaller((scope) => new Database(scope, 'db'))).toEqual([{ ...wrong, got: '"db"' }]);
  expect(problemsOfCaller(() => new External('nats.example.com', 4222))).toEqual([
    { ...wrong, got: '"nats.example.com"' },
  ]);
  expect(problemsOfCaller(() => 'log')).toEqual([{ ...wrong, got: '"log"' }]);
  expect(problemsOfCaller(() => undefined)).toMatchObject([wrong]);
});

test('a log in another namespace is a problem, because its password is there', () => {
  const found = problemsOfCaller((scope) => new EventLog(new Chart(scope, 'other', { namespace: 'other' }), 'log'));
  expect(found).toMatchObject([
    {
      code: 'call-cross-namespace',
      message: 'The event log "log" is in another namespace, so the caller cannot read its password.',
    },
  ]);
});

test('two logs of one event bus are a problem', () => {
  const problems = problemsOf(
    chart((scope) => {
      const bus = new Microservice(scope, 'bus', { image });
      bus.keepsLogIn(new EventLog(scope, 'a')).keepsLogIn(new EventLog(scope, 'b'));
    }),
  );
  expect(problems.map(({ code, field }) => [code, field])).toContainEqual(['variable-taken', 'env.EVENT_LOG_SERVERS']);
});

describe('an existing event log', () => {
  const GOOD = { servers: ['nats-0.nats:4222'], user: 'bus', password: { secret: 'nats', key: 'password' } };
  test.each<[error: string, options: object, code: string, got: string | undefined]>([
    ['no servers', { servers: [] }, 'event-log-invalid', '[]'],
    ['one text', { servers: 'nats:4222' }, 'event-log-invalid', '[]'],
    ['a URL', { servers: ['nats://nats:4222'] }, 'event-log-invalid', '"nats://nats:4222"'],
    ['a port that is no number', { servers: ['nats:client'] }, 'event-log-invalid', '"nats:client"'],
    ['a port that is too high', { servers: ['nats:65536'] }, 'event-log-invalid', '"nats:65536"'],
    ['no user', { user: '' }, 'event-log-invalid', '""'],
    ['a password as text', { password: 'secret' }, 'event-log-invalid', '"secret"'],
    ['no password', { password: undefined }, 'event-log-invalid', 'undefined'],
    ['six replicas', { replicas: 6 }, 'event-log-invalid', '6'],
    ['two replicas', { replicas: 2 }, 'event-log-invalid', '2'],
    ['an invalid address range', { cidrs: ['10.0.0.0'] }, 'host-invalid', '"10.0.0.0"'],
    ['pods and address ranges', { pods: { app: 'nats' }, cidrs: 'any' }, 'construct-invalid', expect.any(String)],
    ['an unknown option', { server: 'nats' }, 'option-unknown', '"server"'],
  ])('%s', (_error, options, code, got) => {
    const found = problemsOfCaller(() => new ExistingEventLog('nats', { ...GOOD, ...options }));
    expect(found).toMatchObject([{ code, field: expect.stringMatching(/^calls\(nats\)/), got }]);
  });
});

test('the compiler rejects wrong types', () => {
  const problems = problemsOf(
    chart((scope) => {
      // @ts-expect-error -- an unknown option
      new EventLog(scope, 'a', { replicas: 3 });
      // @ts-expect-error -- a database is no event log
      new Microservice(scope, 'b', { image }).keepsLogIn(new Database(scope, 'db'));
      // @ts-expect-error -- a host is no event log
      new Microservice(scope, 'c', { image }).keepsLogIn(new External('nats.example.com', 4222));
      // @ts-expect-error -- no login
      new Microservice(scope, 'd', { image }).keepsLogIn(new ExistingEventLog('nats', { servers: ['nats:4222'] }));
    }),
  );
  expect(problems.length).toBeGreaterThan(3);
});
