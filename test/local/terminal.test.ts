import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertMatchesSchema } from '../cli/json-schemas';
import { Screen } from '../cli/live/screen';
import { startedRuns } from './started';

jest.setTimeout(60_000);
const runs = startedRuns();
const SHOP = ['--app', join(__dirname, 'shop/app.js'), '--port', '0'];

/** The environment of a desktop: the output is a terminal, and the programs that open an address write it to a file. */
function desktop(folder: string): Record<string, string> {
  const terminal = join(folder, 'terminal.cjs');
  writeFileSync(terminal, 'Object.assign(process.stdout, { isTTY: true, columns: 100, rows: 30 });');
  mkdirSync(join(folder, 'bin'));
  for (const name of ['open', 'xdg-open']) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho "$*" > '${join(folder, 'opened')}'\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  return {
    NODE_OPTIONS: `--require ${terminal}`,
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    TERM: 'xterm',
    DISPLAY: ':0',
    CI: '',
    SSH_CONNECTION: '',
    WSL_DISTRO_NAME: '',
  };
}

/** What the terminal shows after this output. */
function screenOf(output: string): Screen {
  const screen = new Screen(100, 30);
  screen.out(output);
  return screen;
}

test('in a terminal, a table is below the output until the end, and the dashboard opens', async () => {
  const folder = runs.folder();
  const run = runs.start(SHOP, folder, desktop(folder));
  await run.ready();
  const [, dashboard] = await run.says(/^The dashboard is at (\S+)/m);
  const opened = join(folder, 'opened');
  for (let i = 0; i < 100 && !existsSync(opened); i++) await sleep(50);
  expect(readFileSync(opened, 'utf8')).toBe(`${dashboard}\n`);
  await run.says(/✓ cart +2\/2/);
  const table = screenOf(run.output).text;
  expect(table.slice(-3)).toEqual([expect.stringContaining('Gateway '), `Dashboard  ${dashboard}`, '']);
  expect(table.some((line) => /^ {2}PART +READY +CRASHES +REQ\/S +5XX +P50 +P99$/.test(line))).toBe(true);

  expect(await run.stop()).toBe(0);
  const all = screenOf(run.output).all;
  expect(all).toContain('Stopping. A second Ctrl-C kills all processes.');
  expect(all.filter((line) => /^(?: {2}PART|[✓…✗] |Gateway |Dashboard )/.test(line))).toEqual([]);
});

test.each([
  ['--no-open', ['--no-open'], {}],
  ['--check', ['--check', 'true'], {}],
  ['in CI', [], { CI: 'true' }],
])('the dashboard does not open: %s', async (_, args, environment) => {
  const folder = runs.folder();
  const run = runs.start([...SHOP, ...args], folder, { ...desktop(folder), ...environment });
  await run.ready();
  await sleep(500);
  await run.stop();
  expect(existsSync(join(folder, 'opened'))).toBe(false);
});

test('with --json, there is no table, and nothing opens', async () => {
  const folder = runs.folder();
  const run = runs.start([...SHOP, '--json'], folder, desktop(folder));
  await run.says('"event":"Ready"');
  await sleep(500);
  await run.stop();
  expect(existsSync(join(folder, 'opened'))).toBe(false);
  for (const line of run.output.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('time');
  expect(() => assertMatchesSchema(['start', '--json'], run.output)).not.toThrow();
});
