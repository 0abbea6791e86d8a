// The replay of query as a command, with the log of the bus on NATS JetStream. The command and the bus are killed on the way.
import type { Database } from '../../../services/common/database.ts';
import { useJetStream } from '../event-bus/jetstream-support.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { event, get, post } from '../support/http.ts';
import { spawnProcess, startProcess } from '../support/process.ts';
import type { ServiceProcess } from '../support/process.ts';
import { until } from '../support/service.ts';

const BUS = 'services/event-bus/main.ts';
const POSTS = 150;

const fresh = useDatabase();
const { servers } = useJetStream();
let inspect: Database;
let bus: ServiceProcess;
let receiver: ServiceProcess;
let env: Record<string, string>;
const titles = new Map<string, string>();

const printed = ({ logs }: Pick<ServiceProcess, 'logs'>) => logs.map(({ msg }) => String(msg));
const command = () => spawnProcess(BUS, env, ['replay', 'query']);

async function publish(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const id = crypto.randomUUID();
    const created = event('PostCreated', id, { id, title: `post ${titles.size}` });
    await until(async () => (await post(`${bus.url}/events`, created).catch(() => undefined))?.status === 202);
    titles.set(id, `post ${titles.size}`);
  }
}

async function expectComplete(): Promise<void> {
  const lag = async () => (await get(`${bus.url}/status`)).body.subscribers[0].lag as number;
  await until(async () => (await lag()) === 0, 'query has every event');
  const { rows } = await inspect.query<{ id: string; title: string }>('SELECT id, title FROM query.posts');
  expect(new Map(rows.map(({ id, title }) => [id, title]))).toEqual(titles);
  const { rows: left } = await inspect.query(
    `SELECT (SELECT count(*)::int FROM query.inbox) AS inbox,
       (SELECT array_agg(nspname::text) FROM pg_namespace WHERE nspname LIKE 'query%') AS schemas`,
  );
  expect(left).toEqual([{ inbox: titles.size, schemas: ['query'] }]);
}

beforeAll(async () => {
  inspect = await openDatabase(fresh.url(), 'inspect');
  const common = { DELIVERY_TIMEOUT_MS: '1000', LEASE_MS: '2000', POLL_MS: '50', RETRY_MAX_MS: '500' };
  receiver = await startProcess('services/query/main.ts', { ...common, DATABASE_URL: fresh.url() });
  env = { ...common, EVENT_LOG_SERVERS: servers()[0]!.address, SUBSCRIBERS: 'query', QUERY_URL: receiver.url };
  bus = await startProcess(BUS, env);
  await publish(POSTS);
  await expectComplete();
}, 60_000);
afterAll(async () => {
  for (const { child } of [bus, receiver]) child.kill('SIGKILL');
  await inspect.close();
});

test('the command builds the tables again from JetStream, although it and the bus are killed', async () => {
  await inspect.query(`UPDATE query.posts SET title = 'wrong'`);
  const killed = command();
  await until(
    () => printed(killed).some((line) => /^query: \d+ of \d+ events/.test(line)),
    'the command shows progress',
  );
  killed.child.kill('SIGKILL');
  await killed.ended;
  const again = command();
  bus.child.kill('SIGKILL');
  await bus.ended;
  bus = await startProcess(BUS, { ...env, PORT: new URL(bus.url).port });
  await publish(5);
  expect([await again.ended, printed(again).at(-1)]).toEqual([0, expect.stringContaining('the new model answers')]);
  await publish(5);
  await expectComplete();
}, 90_000);
