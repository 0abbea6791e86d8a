import { body, composeFolder, service } from '../import';

const folder = composeFolder();
const imported = async (text: string) => {
  const result = await folder.import(text);
  expect(result.problems).toEqual([]);
  return { ...result, body: body(result.chart) };
};
const MIGRATE = '  migrate:\n    image: shop/migrate:1\n    command: [migrate, up]\n';
const WAITS = 'depends_on: { migrate: { condition: service_completed_successfully, restart: true } }';

test('a service that must complete is a task, and the others start after it', async () => {
  const { body: chart, report } = await imported(service(WAITS, MIGRATE));
  expect(chart).toMatch(/new Task\(this, 'migrate', \{\s+image: Image.of\('shop\/migrate:1'\),\s+before: \[web\],/);
  expect(chart).not.toContain('web.calls(migrate)');
  expect(report.find(({ path }) => path === 'services.web.depends_on.migrate.condition')).toMatchObject({
    status: 'converted',
    why: 'web starts after the task migrate succeeded.',
  });
});

test.each([
  ['restart: "no"', true],
  ['deploy: { restart_policy: { condition: none } }', true],
  ['restart: on-failure', true],
  ['restart: "on-failure:3"', true],
  ['restart: always', false],
  ['restart: "no"\n    ports: ["80:80"]', false],
  ['restart: "no"\n    healthcheck: { test: "true" }', false],
  ['stdin_open: true', false],
])('%s: a task: %p', async (keys, isTask) => {
  const { body: chart } = await imported(service('', `${MIGRATE}    ${keys}\n`));
  expect(chart).toContain(isTask ? "new Task(this, 'migrate'" : "new Microservice(this, 'migrate'");
});

test('a worker that starts again after failures is no task', async () => {
  const worker = '  worker:\n    image: shop/worker:1\n    restart: on-failure\n';
  expect((await imported(service('', worker))).body).toContain("new Microservice(this, 'worker'");
});

test('a task that others call is no task', async () => {
  const text = service('depends_on: [migrate]', `${MIGRATE}    restart: "no"\n`);
  expect((await imported(text)).body).toContain("new Microservice(this, 'migrate'");
});

test('a task starts after what it depends on, and calls it', async () => {
  const text = service(
    'expose: [8080]',
    '  seed:\n    image: shop/seed:1\n    restart: "no"\n    depends_on: [web, db]\n    environment: { DB_HOST: db, DB_PASSWORD: word-of-shop }\n' +
      '  db:\n    image: postgres:17\n    environment: { POSTGRES_USER: db, POSTGRES_PASSWORD: word-of-shop }\n',
  );
  const { body: chart } = await imported(text);
  expect(chart).toMatch(/new Task\(this, 'seed', \{\s+image: .*\s+after: \[web\],/);
  expect(chart).toContain('seed.calls(db, web);');
});

test('tasks wait for each other, each declared after those that it names', async () => {
  const chain =
    '  first:\n    image: shop/first:1\n' +
    '  second:\n    image: shop/second:1\n    depends_on: { first: { condition: service_completed_successfully } }\n';
  const text = service('depends_on: { second: { condition: service_completed_successfully } }', chain);
  const { body: chart } = await imported(text);
  expect(chart).toMatch(/before: \[second\]/);
  expect(chart.indexOf("const second = new Task(this, 'second'")).toBeLessThan(chart.indexOf("new Task(this, 'first'"));
});

test('a program that is not the server of its image is no database', async () => {
  const backup = '  backup:\n    image: postgres:17\n    command: [bash, -c, "while true; do pg_dump; done"]\n';
  const { body: chart } = await imported(service('', backup));
  expect(chart).toContain(
    "new Microservice(this, 'backup', {\n  image: Image.of('postgres:17'),\n  replicas: 1,\n  http: false,",
  );
  expect(chart).not.toContain('ports:');
});

test('a task has no health check and runs once', async () => {
  const text = service(WAITS, `${MIGRATE}    healthcheck: { test: "true" }\n    scale: 2\n    stop_grace_period: 5s\n`);
  const { report } = await imported(text);
  const status = (key: string) => report.find(({ path }) => path === `services.migrate.${key}`)?.status;
  expect(status('healthcheck.test')).toBe('approximated');
  expect(status('stop_grace_period')).toBe('approximated');
  expect(status('scale')).toBe('refused');
});
