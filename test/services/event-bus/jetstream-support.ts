// A log on JetStream for a test file.
import { createLog } from '../../../services/common/log.ts';
import { JetStreamStorage } from '../../../services/event-bus/jetstream/storage.ts';
import type { StorageParts } from '../../../services/event-bus/jetstream/storage.ts';
import { startNatsServers } from '../support/nats-server.ts';
import type { NatsServer } from '../support/nats-server.ts';

const silent = createLog('test', 'silent');

/** For a `describe` block: servers, and a function that opens the log as another process does. */
export function useJetStream(count = 1, more = '') {
  const opened: JetStreamStorage[] = [];
  let servers: readonly NatsServer[] = [];

  beforeAll(async () => {
    servers = await startNatsServers(count, more);
  });

  afterAll(async () => {
    await Promise.all(opened.map((storage) => storage.close()));
    await Promise.all(servers.map((server) => server.remove()));
  });

  /** Begins to open the log. */
  function begin(parts: Partial<StorageParts> = {}): JetStreamStorage {
    const addresses = servers.map(({ address }) => address);
    const storage = new JetStreamStorage({
      servers: addresses,
      prefix: 'TEST',
      replicas: count,
      logger: silent,
      ...parts,
    });
    opened.push(storage);
    storage.start();
    return storage;
  }

  async function open(parts: Partial<StorageParts> = {}): Promise<JetStreamStorage> {
    const storage = begin(parts);
    await storage.started();
    return storage;
  }

  return { servers: () => servers, begin, open };
}
