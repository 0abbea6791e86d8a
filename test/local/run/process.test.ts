import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalProcess } from '../../../src/local/run/process';

function start(program: string, more: { signal?: 'INT' } = {}) {
  const lines: string[] = [];
  const env = { PATH: process.env.PATH ?? '' };
  const child = new LocalProcess({
    command: [process.execPath, '-e', program],
    folder: tmpdir(),
    env,
    onLine: (line) => lines.push(line),
    ...more,
  });
  const says = async (text: string) => {
    for (let i = 0; i < 200 && !lines.includes(text); i++) await sleep(25);
    expect(lines).toContain(text);
  };
  return { child, lines, says };
}

jest.setTimeout(30_000);

/** Says that it is up when it handles the signals. */
const waits = (handlers: string) => `${handlers}; setInterval(() => {}, 1000); console.log('up');`;

test.each([
  [{}, 'SIGTERM'],
  [{ signal: 'INT' as const }, 'SIGINT'],
])('the program ends by the signal: %j', async (more, signal) => {
  const { child, says } = start(
    waits(`process.on('${signal}', () => { console.error('bye'); process.exit(0); })`),
    more,
  );
  await says('up');
  await child.stop(10);
  await says('bye');
  expect(await child.ended).toBe(0);
});

test('a program that ignores the signal is killed', async () => {
  const { child, says } = start(waits(`process.on('SIGTERM', () => {})`));
  await says('up');
  await child.stop(0.2);
  expect(child.hasEnded).toBe(true);
});

test('the exit code of a program that ends by itself', async () => {
  const { child } = start('process.exit(7)');
  expect(await child.ended).toBe(7);
});

test('a program that does not exist', async () => {
  const lines: string[] = [];
  const child = new LocalProcess({
    command: ['no-such-program'],
    folder: tmpdir(),
    env: { PATH: process.env.PATH ?? '' },
    onLine: (line) => lines.push(line),
  });
  expect(await child.ended).toBe(127);
  expect(lines.join()).toContain('not found');
});
