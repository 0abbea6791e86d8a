import { createServer, request } from 'node:http';
import { Dashboard } from '../../../src/local/dashboard/dashboard';
import { LogBuffer } from '../../../src/local/dashboard/log-buffer';
import { listen } from '../../../src/local/network/ports';
import { TraceStore } from '../../../src/local/traces/trace-store';

const logs = new LogBuffer(10);
const traces = new TraceStore();
const pressed: unknown[] = [];
const dashboard = new Dashboard({
  logs,
  traces,
  state: () => ({ parts: [] }),
  diagram: async () => '<svg/>',
  actions: {
    scale: ({ part, number }) => {
      pressed.push([part, number]);
      return part === 'web' ? undefined : 'There is no such part.';
    },
  },
});
const server = createServer((incoming, response) => {
  if (!dashboard.handle(incoming, response)) response.end('the charts');
});
const token = dashboard.path.split('token=')[1]!;
let port = 0;
beforeAll(async () => {
  port = await listen(server, 0);
});
afterAll(() => {
  dashboard.close();
  server.close();
});

interface Options {
  readonly host?: string;
  readonly origin?: string;
  readonly body?: string;
}

function ask(path: string, { host = `localhost:${port}`, origin, body }: Options = {}) {
  return new Promise<{ status: number; text: string; type?: string; policy: string }>((resolve, reject) => {
    const headers = { host, ...(origin !== undefined && { origin }) };
    request(
      { port, host: '127.0.0.1', path, method: body === undefined ? 'GET' : 'POST', headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        const { 'content-type': type, 'content-security-policy': policy } = response.headers;
        response.on('end', () => resolve({ status: response.statusCode!, text, type, policy: String(policy) }));
      },
    )
      .on('error', reject)
      .end(body);
  });
}

test('every other path belongs to the charts', async () => {
  expect((await ask('/')).text).toBe('the charts');
  expect((await ask('/_callsigns')).text).toBe('the charts');
});

test.each([
  [`/_callsign/?token=`, 'text/html; charset=utf-8', '<!doctype html>'],
  [`/_callsign/diagram.svg?token=`, 'image/svg+xml', '<svg/>'],
])('%s needs the token', async (path, type, text) => {
  for (const wrong of ['', 'x', `${token}x`, token.slice(1)]) expect((await ask(path + wrong)).status).toBe(403);
  const answer = await ask(path + token);
  expect(answer).toMatchObject({ status: 200, type });
  expect(answer.text).toContain(text);
  expect(answer.policy).toContain("default-src 'none'");
});

test.each(['app.js', 'style.css', 'preact.js', 'hooks.js', 'htm.js'])('the file %s', async (file) => {
  expect(await ask(`/_callsign/${file}`)).toMatchObject({ status: 200, type: expect.stringMatching(/javascript|css/) });
});

test.each(['/_callsign/none', '/_callsign/lib/app.js', '/_callsign/__proto__'])('%s does not exist', async (path) => {
  expect((await ask(`${path}?token=${token}`)).status).not.toBe(200);
});

test.each([
  [{ host: 'evil.example.com' }, 403],
  [{ host: 'localhost.evil.example.com' }, 403],
  [{ host: '192.168.0.7:8080' }, 403],
  [{ origin: 'https://evil.example.com' }, 403],
  [{ origin: 'null' }, 403],
  [{ host: '127.0.0.1:1' }, 204],
  [{ host: 'blog.localhost' }, 204],
  [{}, 204],
])('a button is pressed by %j: %d', async (from, status) => {
  pressed.length = 0;
  const body = JSON.stringify({ action: 'scale', part: 'web', number: 3 });
  expect((await ask(`/_callsign/action?token=${token}`, { ...from, body })).status).toBe(status);
  expect(pressed).toEqual(status === 204 ? [['web', 3]] : []);
});

test('the spans of a trace need the token too', async () => {
  const span = { trace: 'a', id: 'b', name: 'work', part: 'cart', start: 1, end: 2, hasFailed: false };
  traces.put(span);
  expect((await ask('/_callsign/trace?id=a')).status).toBe(403);
  const answer = await ask(`/_callsign/trace?id=a&token=${token}`);
  expect(answer.type).toBe('application/json');
  expect(JSON.parse(answer.text)).toEqual([{ ...span, depth: 0 }]);
  expect((await ask(`/_callsign/trace?token=${token}`)).text).toBe('[]');
});

test('a button needs the token too', async () => {
  pressed.length = 0;
  expect((await ask('/_callsign/action', { body: '{"action":"scale","part":"web","number":1}' })).status).toBe(403);
  expect(pressed).toEqual([]);
});

test.each([
  ['{"action":"scale","part":"other","number":1}', 400, 'There is no such part.\n'],
  ['{"action":"toString"}', 400, 'There is no action "toString".\n'],
  ['null', 400, 'There is no action "".\n'],
  ['{', 400, 'There is no action "".\n'],
  ['x'.repeat(20_000), 413, 'The request is too long.\n'],
])('a wrong action: %.40s', async (body, status, text) => {
  expect(await ask(`/_callsign/action?token=${token}`, { body })).toMatchObject({ status, text });
});

test('the stream has the state and the lines, and continues after a lost connection', async () => {
  logs.add('web-1', 'first');
  const read = (headers: object, until: string) =>
    new Promise<string>((resolve, reject) => {
      const outgoing = request(
        {
          port,
          host: '127.0.0.1',
          path: `/_callsign/events?token=${token}`,
          headers: { host: 'localhost', ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
            if (!text.includes(until)) return;
            outgoing.destroy();
            resolve(text);
          });
        },
      );
      outgoing.on('error', reject).end();
    });
  const text = await read({}, 'first');
  expect(text).toContain('event: traces\ndata: [');
  expect(text).toContain('event: state\ndata: {"parts":[]}\n\n');
  const [, id] = /^id: (\d+)$/m.exec(text)!;
  setTimeout(() => logs.add('web-1', 'second'), 50);
  expect(await read({ 'last-event-id': id }, 'second')).not.toContain('first');
});
