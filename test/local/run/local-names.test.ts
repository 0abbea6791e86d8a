import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listen } from '../../../src/local/network/ports';

// Programs start late on a busy machine.
jest.setTimeout(30_000);

const HOOK = join(__dirname, '../../../bin/local-names.cjs');
const answering = (text: string) => createServer((_, response) => response.end(text));
const [declared, refusing] = [answering('declared'), answering('refused')];
let names = '';

beforeAll(async () => {
  names = JSON.stringify({ cart: { 80: await listen(declared, 0), '*': await listen(refusing, 0) } });
});
afterAll(() => {
  for (const server of [declared, refusing]) server.close();
});

/** What a program prints that loads the hook first. */
async function run(program: string): Promise<string> {
  const env = { PATH: process.env.PATH, CALLSIGN_LOCAL_NAMES: names };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--require', HOOK, '--input-type=module', '-e', program],
    {
      env,
    },
  );
  return stdout.trim();
}

const GET = (options: string) => `
  import http from 'node:http';
  http.get(${options}, async (answer) => { for await (const text of answer) console.log(String(text)); });`;

test.each([
  ['fetch', "console.log(await (await fetch('http://cart')).text())"],
  ['http.get', GET("'http://cart/'")],
  ['an own Agent', GET("{ host: 'CART', agent: new http.Agent({ keepAlive: false }) }")],
  [
    'a connection by port and host',
    `import net from 'node:net';
    net.connect(80, 'cart').on('data', (data) => console.log(String(data).split('\\r\\n').at(-1))).end('GET / HTTP/1.0\\r\\n\\r\\n');`,
  ],
])('%s reaches a name of the charts', async (_, program) => {
  expect(await run(program)).toBe('declared');
});

test('another port of the name is refused', async () => {
  expect(await run("console.log(await (await fetch('http://cart:8080')).text())")).toBe('refused');
});

test('other names and addresses are as before', async () => {
  const program = (url: string) => `console.log(await fetch('${url}').then((a) => a.text(), (e) => e.cause.code))`;
  const { port } = declared.address() as { port: number };
  expect(await run(program(`http://127.0.0.1:${port}`))).toBe('declared');
  expect(await run(program('http://no-such-host.invalid'))).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
});

test.each([
  ["listen(0, '0.0.0.0', print)"],
  ['listen(0, print)'],
  ["listen({ port: 0, host: '::' }, print)"],
  ['listen({ port: 0 }, print)'],
])('a server is reachable only from this machine: %s', async (call) => {
  const program = `
    import http from 'node:http';
    const print = () => { console.log(server.address().address); server.close(); };
    const server = http.createServer();
    server.${call};`;
  expect(await run(program)).toBe('127.0.0.1');
});

test('the program does not see the list of names', async () => {
  expect(await run('console.log(process.env.CALLSIGN_LOCAL_NAMES)')).toBe('undefined');
});
