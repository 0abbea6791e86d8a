// The ledger with fewer events than `npm run ledger`, so that it fits among the other tests.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

test('nothing that was answered with 202 is lost, doubled or out of order, whatever is killed', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'ledger.ts'), '2000'], {
    cwd: join(__dirname, '../../..'),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (said += chunk.toString('utf8')));
  const code = await new Promise((resolve) => child.once('close', resolve));
  console.log(said);
  expect(said).toContain('the ledger is right');
  expect(code).toBe(0);
}, 300_000);
