import { mkdirSync, rmSync } from 'node:fs';
import { CallsignError } from '../../../src/problems/problem';
import { TestServers } from './server';

jest.setTimeout(60_000);

let servers: TestServers;
beforeEach(() => {
  servers = new TestServers();
});
afterEach(() => servers.remove());

const postgres = (rootPassword: string) => servers.server({ rootPassword });

test('data with another password is not touched, and the message says what to do', async () => {
  const first = await postgres('first');
  await first.start();
  await first.stop();

  const second = await postgres('second');
  const refused: unknown = await second.start().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CallsignError);
  expect((refused as CallsignError).problems).toMatchObject([
    {
      path: 'db',
      message: 'PostgreSQL did not start: its data has another password than the file of the secrets.',
      fix: expect.stringContaining(second.data),
    },
  ]);

  const third = await postgres('first');
  await expect(third.start()).resolves.toBeUndefined();
});

test('without the folder of the local run, old data is replaced', async () => {
  const first = await postgres('first');
  await first.start();
  await first.stop();
  // For root, the data is outside of it.
  rmSync(servers.folder, { recursive: true });
  mkdirSync(servers.folder);
  const second = await postgres('second');
  await expect(second.start()).resolves.toBeUndefined();
});
