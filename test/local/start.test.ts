import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertMatchesSchema } from '../cli/json-schemas';
import { ask, isRunning, startedRuns } from './started';

jest.setTimeout(60_000);
const runs = startedRuns();
const SHOP = ['--app', join(__dirname, 'shop/app.js'), '--port', '0'];

interface Cart {
  readonly pid: number;
  readonly host: string;
  readonly words: string;
  readonly FROM_IMAGE: string;
  readonly TOKEN: string;
  readonly GREETING: string;
}

/** What a replica of cart answers to web. */
async function cart(port: number): Promise<Cart> {
  const { status, text } = await ask(port, '/call');
  expect(status).toBe(200);
  return JSON.parse(text) as Cart;
}

test('parts call each other by their names, balanced over the replicas, and nothing else', async () => {
  const folder = runs.folder();
  const run = runs.start(SHOP, folder);
  const port = await run.ready();

  // The variable of the call, and the name itself.
  const answers = await Promise.all(Array.from({ length: 8 }, () => cart(port)));
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
  const [one] = answers;
  expect(one).toMatchObject({ host: 'cart', words: 'some words', FROM_IMAGE: 'yes' });
  for (const name of ['cart', 'cart.shop', 'cart.shop.svc.cluster.local'])
    expect((await ask(port, `/call?url=http://${name}/`)).status).toBe(200);

  // A call that the charts do not declare.
  const refused = await ask(port, '/call?url=http://hidden/');
  expect(refused).toMatchObject({
    status: 403,
    text: expect.stringMatching(
      /^web calls hidden, but the charts do not declare this call\. Add web\.calls\(hidden\) in .*shop\/app\.js, where web is declared\.\n$/,
    ),
  });
  expect(run.output).toContain('web calls hidden');

  // The gateway.
  expect(await ask(port, '/')).toMatchObject({ status: 200, text: 'page' });
  expect((await ask(port, '/cart', { host: `shop.localhost:${port}` })).text).toContain('some words');
  expect((await ask(port, '/', { host: 'other.localhost' })).status).toBe(404);

  expect(await ask(port, '/page.txt')).toMatchObject({ status: 200, text: 'the first page\n' });

  // Secrets are in a file that only the user can read.
  const file = join(folder, '.callsign/secrets.json');
  const secrets = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  expect(one!.TOKEN).toBe(secrets.outside!.token);
  expect(one!.GREETING).toBe(`I am ${one!.TOKEN}`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, '.callsign/.gitignore'), 'utf8')).toBe('*\n');

  // What does not run is named.
  expect(run.output).toContain(
    'mailer is not started: example/mailer:1 is an image from a registry, which needs Docker.',
  );
  expect(run.output).toContain('nightly is not started: it runs only in a cluster.');
  expect((await ask(port, '/call?url=http://mailer/')).status).toBe(503);

  // The second run of the same folder.
  const second = runs.start(SHOP, folder);
  await second.says('[start-running]');
  expect(await second.ended).toBe(1);
  expect(second.output).toContain(`got: process ${run.child.pid}`);

  // Ctrl-C.
  expect(await run.stop()).toBe(0);
  expect(run.output).toContain('cart-1 | cart ends');
  expect(run.output).toContain('Called, but not declared: web → hidden\n');
  expect(run.output).toContain('Declared, but never called: hidden → cart\n');
  for (const { pid } of answers) expect(isRunning(pid)).toBe(false);
  await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED');
  expect(existsSync(join(folder, '.callsign/running.json'))).toBe(false);
});

test('a replica that crashes starts again, and the others answer meanwhile', async () => {
  const run = runs.start(SHOP, runs.folder());
  const port = await run.ready();
  await ask(port, '/call?url=http://cart/crash');
  const [, name] = await run.says(/^(cart-\d) ended with code 3\. It starts again in 0\.5 s\.$/m);
  for (let i = 0; i < 4; i++) await cart(port);
  await run.says(new RegExp(`ended with code 3[^]*${name} is ready`));
  const pids = await Promise.all(Array.from({ length: 6 }, () => cart(port)));
  expect(new Set(pids.map(({ pid }) => pid)).size).toBe(2);
});

test('everything ends with the run, even if it is killed', async () => {
  const folder = runs.folder();
  const run = runs.start(SHOP, folder);
  const port = await run.ready();
  const { pid } = await cart(port);
  await run.stop('SIGKILL');
  for (let i = 0; i < 100 && isRunning(pid); i++) await sleep(50);
  expect(isRunning(pid)).toBe(false);
  // The next run does not mistake the killed one for a running one.
  await runs.start(SHOP, folder).ready();
});

test('a port that is taken', async () => {
  const first = runs.start(SHOP, runs.folder());
  const port = await first.ready();
  const second = runs.start(['--app', SHOP[1]!, '--port', String(port)], runs.folder());
  expect(await second.ready()).toBeGreaterThan(port);
});

test('faults of the command line, with a seed', async () => {
  const run = runs.start([...SHOP, '--fault', 'web->cart:error=503,share=0.5', '--seed', '7'], runs.folder());
  const port = await run.ready();
  const statuses: number[] = [];
  for (let i = 0; i < 20; i++) statuses.push((await ask(port, '/call')).status);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  await run.stop();
  const failed = statuses.filter((status) => status === 503).length;
  expect(run.output).toContain(`${failed} calls went wrong on purpose, with the seed 7\n`);

  const wrong = runs.start([...SHOP, '--fault', 'web->none:cut'], runs.folder());
  expect(await wrong.ended).toBe(1);
  expect(wrong.output).toContain('There is no none.');
});

test('--json prints each line as JSON', async () => {
  const run = runs.start([...SHOP, '--json'], runs.folder());
  await run.says('"event":"Ready"');
  await run.stop();
  const lines = run.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { time: string; event?: string; from?: string; line?: string });
  expect(lines.find(({ event }) => event === 'Ready')).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    event: 'Ready',
    addresses: [expect.stringMatching(/^http:\/\/shop\.localhost:\d+$/)],
    seconds: expect.any(Number),
  });
  expect(lines.map(({ from, line }) => [from, line])).toContainEqual(['cart-1', 'cart ends']);
  expect(() => assertMatchesSchema(['start', '--json'], run.output)).not.toThrow();
});

test.each(['0.5', '70000', 'http'])('--port %s is refused', async (port) => {
  const run = runs.start(['--app', SHOP[1]!, '--port', port], runs.folder());
  expect(await run.ended).toBe(2);
  expect(run.output).toContain(`--port ${port}: expected a number from 0 to 65535.`);
});
