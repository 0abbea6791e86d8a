import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verdictText } from '../../src/cli/reports/check-verdict';
import { LocalCheck, type Verdict } from '../../src/local/check';
import { assertMatchesSchema } from '../cli/json-schemas';
import { ask, isRunning, startedRuns } from './started';

jest.setTimeout(60_000);
const runs = startedRuns();
const SHOP = ['--app', join(__dirname, 'shop/app.js'), '--port', '0'];

/** A program in the folder of the project that calls the gateway, as the command of a check. */
const PROGRAM = `
console.log(process.env.CALLSIGN_GATEWAY);
(async () => {
  const [, , path, milliseconds = 0, least = 1] = process.argv;
  const end = Date.now() + Number(milliseconds);
  for (let asked = 0; asked < least || Date.now() < end; asked++)
    console.error((await fetch(process.env.CALLSIGN_GATEWAY + path)).status);
})();
`;

function check(command: string, ...args: string[]) {
  const folder = runs.folder();
  writeFileSync(join(folder, 'program.cjs'), PROGRAM);
  return runs.start([...SHOP, ...args, '--check', command], folder);
}

test('passes: the command ran while faults and kills happened, and every part is ready again', async () => {
  const args = ['--fault', 'web->cart:error=503,share=0.5', '--kill', 'cart:every=0.6', '--seed', '7'];
  const run = check('node program.cjs /call 1600 20', ...args);
  expect(await run.ended).toBe(0);
  const [, before, during, after] = /^(.*)\nReady after [^\n]*\n(.*)\nStopping\.\n(.*)$/s.exec(run.output)!;
  expect(before).not.toContain('is killed on purpose');
  expect(during).toMatch(/^check \| http:\/\/127\.0\.0\.1:\d+$/m);
  for (const status of [200, 503]) expect(during).toContain(`check | ${status}\n`);
  const failed = during!.match(/^check \| 503$/gm)!.length;
  const names = [...during!.matchAll(/^(cart-[12]) is killed on purpose\.$/gm)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(1);
  const [, faults, kills] =
    /^The check passed\. (\d+) calls? went wrong on purpose and (\d+) replicas were killed, with the seed 7\.$/m.exec(
      after!,
    )!;
  expect(Number(kills)).toBe(names.length);
  // While both replicas are killed, web gets 503 too.
  expect(Number(faults)).toBeGreaterThan(0);
  expect(Number(faults)).toBeLessThanOrEqual(failed);
  for (const name of names) expect(during).toMatch(new RegExp(`${name} is killed[^]*${name} is ready`));
});

test('fails: the command failed. With --json, the verdict is one line', async () => {
  const run = check('echo "all is wrong" >&2; exit 3', '--json', '--seed', '7');
  expect(await run.ended).toBe(1);
  const lines = run.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toContainEqual({ time: expect.any(String), from: 'check', line: 'all is wrong' });
  expect(lines.at(-1)).toEqual({
    time: expect.any(String),
    event: 'Verdict',
    passed: false,
    code: 3,
    notDeclared: [],
    notReady: [],
    faults: 0,
    killed: 0,
    seed: 7,
  });
  expect(() => assertMatchesSchema(['start', '--json'], run.output)).not.toThrow();
});

test('fails: a call was refused', async () => {
  const run = check('node program.cjs /call?url=http://hidden/');
  expect(await run.ended).toBe(1);
  expect(run.output).toContain('check | 403\n');
  expect(run.output).toMatch(/^The check failed\. .*\n {2}Called, but not declared: web → hidden\n$/m);
});

test('Ctrl-C ends the command and everything else', async () => {
  const run = check('echo $$; sleep 100 | cat; echo never');
  const [, pid] = await run.says(/^check \| (\d+)$/m);
  expect(await run.stop()).toBe(1);
  expect(run.output).toMatch(/The check did not end\.\n$/);
  expect(run.output).not.toMatch(/^check \| never/m);
  for (let i = 0; i < 100 && isRunning(Number(pid)); i++) await sleep(50);
  expect(isRunning(Number(pid))).toBe(false);
});

test('kills without a check begin when everything is ready, and are counted', async () => {
  const run = runs.start([...SHOP, '--kill', '*:every=0.3', '--seed', '7'], runs.folder());
  await run.says(/Ready after [^]*is killed on purpose\.[^]*ended with code 128/);
  expect(await run.stop()).toBe(0);
  const kills = run.output.match(/is killed on purpose/g)!.length;
  expect(run.output).toContain(
    `0 calls went wrong on purpose and ${kills} ${kills === 1 ? 'replica was' : 'replicas were'} killed, with the seed 7\n`,
  );
});

test('faults of a file, with those of the command line and its seed', async () => {
  const folder = runs.folder();
  writeFileSync(join(folder, 'chaos.yaml'), 'seed: 5\nfaults:\n  - { from: web, to: cart, error: 418 }\n');
  const run = runs.start([...SHOP, '--faults', 'chaos.yaml', '--fault', 'gate->cart:error=451'], folder);
  const port = await run.ready();
  expect((await ask(port, '/call')).status).toBe(418);
  expect((await ask(port, '/cart')).status).toBe(451);
  await run.stop();
  expect(run.output).toContain('2 calls went wrong on purpose, with the seed 5\n');
});

test.each([
  ['a wrong kill', ['--kill', 'mailer:every=1'], 1, 'No replicas of mailer run here.'],
  ['a wrong entry of a file', ['--faults', 'chaos.yaml'], 1, 'chaos.yaml:2  kills[0]  [start-failed]'],
  ['a missing file', ['--faults', 'none.yaml'], 2, 'none.yaml'],
  ['a wrong seed', ['--seed', '1234567890'], 2, '--seed 1234567890: expected a whole number of at most nine digits.'],
  ['no command', ['--check', ''], 2, '--check: expected a command.'],
])('%s', async (_, args, code, message) => {
  const folder = runs.folder();
  writeFileSync(join(folder, 'chaos.yaml'), 'kills:\n  - { part: cart }\n');
  const run = runs.start([...SHOP, ...args], folder);
  expect(await run.ended).toBe(code);
  expect(run.output).toContain(message);
});

/** A check of a run whose parts are ready after some looks. */
function checked(command: string, { looks = 0, times = {} } = {}) {
  let left = looks;
  const did: string[] = [];
  const lines: string[] = [];
  const local = new LocalCheck({
    command,
    folder: __dirname,
    environment: { PATH: process.env.PATH, NOTHING: undefined },
    run: {
      get notReady() {
        return left-- > 0 ? ['cart'] : [];
      },
      calls: { notDeclared: [] },
    },
    faults: { seed: 7, applied: 2, end: () => void did.push('faults end') },
    kills: { killed: 1, end: async () => void did.push('kills end') },
    onLine: (line) => lines.push(line),
    ...times,
  });
  return { local, did, lines };
}

const PASSED: Verdict = {
  passed: true,
  code: 0,
  notDeclared: [],
  notReady: [],
  faults: 2,
  killed: 1,
  seed: 7,
};

test('waits until every part is ready again', async () => {
  const { local, did, lines } = checked('pwd; echo $CALLSIGN_GATEWAY', { looks: 5 });
  expect(await local.run('http://127.0.0.1:8080')).toEqual(PASSED);
  expect(lines).toEqual([__dirname, 'http://127.0.0.1:8080']);
  expect(did).toEqual(['faults end', 'kills end']);
});

test('fails: a part did not become ready again', async () => {
  const { local } = checked('true', { looks: Infinity, times: { recovery: 0.3 } });
  expect(await local.run(undefined)).toEqual({ ...PASSED, passed: false, notReady: ['cart'] });
});

test('fails: a part did not become ready', async () => {
  const { local } = checked('true', { looks: Infinity, times: { start: 0.1 } });
  const { code: _, ...others } = PASSED;
  expect(await local.tooLate()).toEqual({ ...others, passed: false, notReady: ['cart'] });
});

test('has no verdict after it was stopped', async () => {
  const { local } = checked('sleep 100');
  const verdict = local.run(undefined);
  await local.stop();
  expect(await verdict).toBeUndefined();
  expect(await local.run(undefined)).toBeUndefined();
});

test('the verdict for people', () => {
  expect(verdictText(PASSED)).toBe(
    'The check passed. 2 calls went wrong on purpose and 1 replica was killed, with the seed 7.',
  );
  const failed = { ...PASSED, passed: false, killed: 0 };
  expect(verdictText({ ...failed, code: 1, notDeclared: ['web → hidden'], notReady: ['cart', 'web'] })).toBe(
    `The check failed. 2 calls went wrong on purpose, with the seed 7.
  The command ended with the code 1.
  Called, but not declared: web → hidden
  Not ready again within 30 s: cart, web`,
  );
  expect(verdictText({ ...failed, code: undefined, notReady: ['cart'] })).toContain(
    '\n  Not ready, so the command did not run: cart',
  );
});
