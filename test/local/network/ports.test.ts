import { createServer } from 'node:net';
import { freePort, listen } from '../../../src/local/network/ports';

test('a free port is not given out twice, is not in use, and is not one of outgoing connections', async () => {
  const first = await freePort();
  // The next one is taken by somebody else.
  const server = createServer();
  await listen(server, first === 29_999 ? 20_000 : first + 1).catch(() => undefined);
  const others = [await freePort(), await freePort(), await freePort()];
  server.close();
  expect(new Set([first, first + 1, ...others]).size).toBe(5);
  for (const port of [first, ...others]) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(30_000);
  }
});
