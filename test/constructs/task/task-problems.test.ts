import { Chart, type App } from 'cdk8s';
import { CronTask, Database, External, Gateway, Image, Microservice, Task, Volume } from '../../../src/index';
import { chart, problemsOf } from '../render';

const image = Image.of('shop/orders:1.0.0');
/** A value of any type, as a program in JavaScript can pass it. */
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
const anything = (value: unknown): any => value;
const orders = (scope: Chart) => new Microservice(scope, 'orders', { image });
const task = (scope: Chart, options: object) => new Task(scope, 'migration', anything({ image, ...options }));
const cron = (scope: Chart, options: object) =>
  new CronTask(scope, 'report', anything({ image, schedule: '@daily', ...options }));

const BROKEN: [error: string, code: string, field: string | undefined, declare: (scope: Chart) => void][] = [
  ['a task without an image', 'image-invalid', 'image', (s) => task(s, { image: undefined })],
  ['a wait image without a tag', 'image-unpinned', 'waitImage', (s) => task(s, { waitImage: Image.of('node') })],
  ['minus one retry', 'construct-invalid', 'retries', (s) => task(s, { retries: -1 })],
  ['a deadline of 0 seconds', 'time-invalid', 'deadline', (s) => cron(s, { deadline: 0 })],
  ['a name of 55 characters', 'name-invalid', undefined, (s) => new Task(s, 'a'.repeat(55), { image })],
  [
    'a name of 53 characters with a schedule',
    'name-invalid',
    undefined,
    (s) => new CronTask(s, 'a'.repeat(53), { image, schedule: '@daily' }),
  ],
  ['an invalid path of a program', 'path-invalid', 'writable.tmp', (s) => task(s, { writable: ['tmp'] })],
  ['an unknown option', 'option-unknown', 'replicas', (s) => task(s, { replicas: 2 })],
  [
    'an unknown option of the history',
    'option-unknown',
    'history.success',
    (s) => cron(s, { history: { success: 1 } }),
  ],
  ['a schedule of four fields', 'cron-invalid', 'schedule', (s) => cron(s, { schedule: '0 3 * *' })],
  ['30 February', 'cron-invalid', 'schedule', (s) => cron(s, { schedule: '0 0 30 2 *' })],
  ['an unknown time zone', 'schedule-invalid', 'timeZone', (s) => cron(s, { timeZone: 'Berlin' })],
  ['an unknown concurrency', 'construct-invalid', 'concurrency', (s) => cron(s, { concurrency: 'Forbid' })],
  ['too little time to start', 'time-invalid', 'startWithin', (s) => cron(s, { startWithin: 5 })],
  ['minus one run in the history', 'construct-invalid', 'history.failed', (s) => cron(s, { history: { failed: -1 } })],
  ['the name of a part', 'task-order', 'before[0]', (s) => task(s, { before: ['orders'] })],
  ['before a database', 'task-order', 'before[0]', (s) => task(s, { before: [new Database(s, 'db')] })],
  ['after a host', 'task-order', 'after[0]', (s) => task(s, { after: [new External('example.com', 443)] })],
  [
    'after a gateway',
    'task-order',
    'after[0]',
    (s) => task(s, { after: [new Gateway(s, 'entry', { routes: { '/': orders(s) } })] }),
  ],
  ['after a task with a schedule', 'task-order', 'after[0]', (s) => task(s, { after: [cron(s, {})] })],
  [
    'before a part of another namespace',
    'task-order',
    'before[0]',
    (s) => task(s, { before: [orders(new Chart(s, 'other', { namespace: 'other' }))] }),
  ],
  [
    'after a part of another chart',
    'task-order',
    'after[0]',
    (s) => task(s, { after: [orders(new Chart(s, 'other', { namespace: 'shop' }))] }),
  ],
  [
    'before and after the same part',
    'task-order',
    'before',
    (s) => {
      const part = orders(s);
      task(s, { before: [part], after: [part] });
    },
  ],
  [
    'a call to a part that waits for the task',
    'task-order',
    'before',
    (s) => {
      const part = orders(s);
      task(s, { before: [part] }).calls(part);
    },
  ],
  [
    'a circle of tasks',
    'task-order',
    'before',
    (s) => {
      const part = orders(s);
      const first = task(s, { after: [part] });
      const second = new Task(s, 'second', { image, after: [first] });
      new Task(s, 'third', { image, after: [second], before: [part] });
    },
  ],
  [
    'a volume of a microservice',
    'volume-not-shared',
    'shared',
    (s) => {
      const volumes = { '/data': new Volume(s, 'data') };
      new Microservice(s, 'orders', { image, replicas: 1, volumes });
      task(s, { volumes });
    },
  ],
  [
    'a variable of a call that is set twice',
    'variable-taken',
    'env.ORDERS_URL',
    (s) => cron(s, { env: { ORDERS_URL: 'http://x' } }).calls(orders(s)),
  ],
  ['a call to a task', 'call-not-served', undefined, (s) => orders(s).calls(anything(task(s, {})))],
  ['a wide right without a reason', 'construct-invalid', 'may', (s) => task(s, {}).may('*', 'pods')],
];

test.each(BROKEN)('%s', (_, code, field, declare) => {
  const problems = problemsOf(chart(declare));
  expect(problems.map((one) => [one.code, one.field])).toContainEqual([code, field]);
  for (const problem of problems) expect(problem.fix).not.toBe('');
});

test('a circle is spelled out', () => {
  const app: App = chart((s) => {
    const part = orders(s);
    task(s, { before: [part] }).calls(part);
  });
  const [problem] = problemsOf(app);
  expect(problem?.message).toContain('migration → orders → migration');
});
