// The spans of the services, with the packages of OpenTelemetry and a receiver of their protocol.
import { spawnSync } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { otlpReceiver } from '../../src/local/traces/otlp-receiver';
import type { Span } from '../../src/local/traces/span';
import { startBlog } from './support/blog.ts';
import type { Blog } from './support/blog.ts';
import { useDatabase } from './support/database.ts';
import { get, post } from './support/http.ts';
import { startProcess } from './support/process.ts';
import { until } from './support/service.ts';

const fresh = useDatabase();
const root = join(__dirname, '../..');
const spans: Span[] = [];
let collector: Server;
let endpoint: string;
let blog: Blog;
let requestid: string;

/** Writes a comment, waits until it has an effect in every service, and ends them, which sends the last spans. */
beforeAll(async () => {
  collector = otlpReceiver((span) => spans.push(span)).listen(0, '127.0.0.1');
  await until(() => collector.listening);
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  blog = await startBlog(fresh.url(), [], (name) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_SERVICE_NAME: name,
  }));
  const { body: created } = await post(`${blog.url}/api/posts`, { title: 'Traced' });
  const address = `${blog.url}/api/comments/${created.id}`;
  const comment = await post(address, { content: 'followed' });
  requestid = comment.headers.get('x-request-id')!;
  await until(
    async () => (await get(`${blog.url}/api/posts/${created.id}`)).body.commentCount === 1,
    'posts counts the comment',
  );
  await until(async () => (await get(address)).body.comments[0]?.status === 'approved');
  await until(async () => (await get(`${blog.url}/api/query`)).body.posts[0]?.comments[0]?.status === 'approved');
  await blog.stop();
});
afterAll(() => collector.close());

/** The trace of the comment, in the order in which the spans began. */
function traceOfComment(): Span[] {
  const first = spans.find(({ part, name }) => part === 'comments' && name === 'POST /comments/:id')!;
  return spans.filter(({ trace }) => trace === first.trace).toSorted((a, b) => a.start - b.start);
}

test('a comment is one trace over five services', () => {
  const trace = traceOfComment();
  const ids = new Set(trace.map(({ id }) => id));
  expect(new Set(trace.map(({ part }) => part))).toEqual(
    new Set(['comments', 'event-bus', 'moderation', 'posts', 'query']),
  );
  const [first, ...others] = trace;
  expect(first).toMatchObject({ part: 'comments', name: 'POST /comments/:id', hasFailed: false });
  expect(first!.parent).toBeUndefined();
  // Each other span has a parent in the trace.
  expect(others.filter(({ parent }) => !ids.has(parent ?? ''))).toEqual([]);
});

test('each event is a span of its publisher, of the bus and of each subscriber', () => {
  const named = (part: string, name: string) =>
    traceOfComment().filter((span) => span.part === part && span.name === name).length;
  // CommentCreated and CommentModerated.
  for (const part of ['event-bus', 'comments', 'moderation', 'posts', 'query'])
    expect([part, named(part, 'POST /events')]).toEqual([part, 2]);
  for (const type of ['CommentCreated', 'CommentModerated']) {
    const publisher = type === 'CommentCreated' ? 'comments' : 'moderation';
    expect([type, named(publisher, `publish ${type}`)]).toEqual([type, 1]);
    expect([type, named('event-bus', `deliver ${type}`)]).toEqual([type, 4]);
  }
});

test('queries of a request have spans, without values', () => {
  const queries = traceOfComment().filter(({ part, name }) => part === 'comments' && name.startsWith('pg.query'));
  expect(queries.length).toBeGreaterThan(2);
  expect(JSON.stringify(spans)).not.toContain('followed');
});

test('health checks, metrics and background queries have no spans', async () => {
  const roots = new Set(spans.filter(({ parent }) => parent === undefined).map(({ name }) => name.split(' ')[0]));
  expect(roots).toEqual(new Set(['GET', 'POST']));
  expect(spans.filter(({ name }) => /healthz|metrics/.test(name))).toEqual([]);
});

test('the log line of a request has the ids of the request, of the trace and of the span', () => {
  const line = blog.services.comments.logs.find(
    (one) => one['requestid'] === requestid && one['path'] !== '/events' && one['msg'] === 'request',
  );
  const [first] = traceOfComment();
  expect(line).toMatchObject({ trace_id: first!.trace, span_id: first!.id });
  const others = blog.services.query.logs.filter((one) => one['requestid'] === requestid);
  expect(others.map((one) => one['trace_id'])).toEqual([first!.trace, first!.trace]);
});

test('a collector that does not answer changes no answer and no exit code', async () => {
  const web = await startProcess('services/web/main.ts', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect((await get(`${web.url}/`)).status).toBe(200);
  web.child.kill('SIGTERM');
  expect(await web.ended).toBe(0);
});

describe('without a collector in the environment', () => {
  test('no package of OpenTelemetry is loaded that collects or sends spans', () => {
    const program =
      "import m from 'node:module'; await import(process.env.APP); console.log(JSON.stringify(Object.keys(m._cache)))";
    const options = ['--import', 'tsx', '--import', join(root, 'services/common/telemetry.ts'), '--input-type=module'];
    const loaded = (env: Record<string, string>) => {
      const { stdout } = spawnSync(process.execPath, [...options, '--eval', program], {
        cwd: root,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], APP: join(root, 'services/posts/app.ts'), ...env },
      });
      return (JSON.parse(stdout) as string[])
        .map((file) => /node_modules\/@opentelemetry\/([^/]+)/.exec(file)?.[1])
        .filter((name) => name !== undefined && name !== 'api');
    };
    expect(loaded({})).toEqual([]);
    expect(new Set(loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }))).toContain('sdk-trace-node');
  });

  test('there is no trace in log lines and events', async () => {
    const before = spans.length;
    const web = await startProcess('services/web/main.ts');
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await get(`${web.url}/`, { traceparent: parent });
    web.child.kill('SIGTERM');
    expect(await web.ended).toBe(0);
    expect(web.logs.filter(({ msg }) => msg === 'request')).toEqual([
      expect.not.objectContaining({ trace_id: expect.anything() }),
    ]);
    expect(spans.length).toBe(before);
  });
});
