// The ledger with fewer events than `npm run ledger`, so that it is fast enough for the test suite.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

test('no event with the answer 202 and no write with the answer 201 is lost, doubled or out of order, although processes are killed', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'ledger.ts'), '2000'], {
    cwd: join(__dirname, '../../..'),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString('utf8')));
  const code = await new Promise((resolve) => child.once('close', resolve));
  console.log(output);
  expect(output).toContain('the ledger is correct');
  expect(code).toBe(0);
}, 400_000);
