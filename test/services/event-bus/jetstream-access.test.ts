// The rights that the bus needs, and connections with TLS.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publication } from './conformance/fixture.ts';
import { useJetStream } from './jetstream-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'callsign-nats-tls-'));
const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
beforeAll(() => {
  const names = ['-subj', '/CN=nats', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const { error, status, stderr } = spawnSync('openssl', [
    'req',
    ...kind,
    ...names,
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  if (error || status !== 0) throw new Error(`this test needs openssl: ${error?.message ?? stderr.toString()}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a server with users and TLS', () => {
  const { begin, open, servers } = useJetStream(
    1,
    `tls { cert_file: "${certificate}", key_file: "${key}" }
     authorization { users: [{
       user: bus, password: right,
       permissions: { publish: ["$JS.API.>", "TEST.>"], subscribe: ["_INBOX.>"] }
     }] }`,
  );

  /** By its name, as the certificate has it. */
  const byName = () => servers().map(({ address }) => address.replace('127.0.0.1', 'localhost'));

  test('accepts a bus with its user and the certificate', async () => {
    const { log } = await open({ servers: byName(), user: 'bus', password: 'right', ca: certificate });
    expect(await log.append([publication('1'), publication('2')])).toEqual(['stored', 'stored']);
    await log.subscribe(['one']);
    const claim = (await log.claim('one', 10_000))!;
    expect(await log.read(claim, 10, 1_000)).toHaveLength(2);
  });

  test.each([
    ['another password', { user: 'bus', password: 'wrong', ca: certificate }],
    ['no user', { ca: certificate }],
    ['no certificate', { user: 'bus', password: 'right' }],
  ])('refuses a bus with %s, which then is not ready', async (_, parts) => {
    const storage = begin({ servers: byName(), ...parts });
    await expect(storage.check()).rejects.toThrow('the streams of the log do not exist yet');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect(storage.check()).rejects.toThrow('the streams of the log do not exist yet');
    await expect(storage.log.append([publication('3')])).rejects.toThrow('no NATS server is reachable');
  });
});
