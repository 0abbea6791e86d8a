// A service with slow requests, for tests of the shutdown.
import { setTimeout as sleep } from 'node:timers/promises';
import { optional, serviceVariables, text } from '../../../services/common/config.ts';
import { run } from '../../../services/common/run.ts';

const schema = { ...serviceVariables, STUCK: optional(text()) };

void run('slow', schema, ({ log, health, config, servers: { app } }) => {
  app.get<{ Params: { ms: string } }>('/sleep/:ms', async (request) => {
    await sleep(Number(request.params.ms));
    return { slept: request.params.ms, ready: (await health.readiness()).ready };
  });
  const worker = {
    start: () => log.info('claiming'),
    stop: async () => {
      log.info('stopped claiming');
      await sleep(300);
      log.info('leases released');
    },
  };
  const database = {
    start: () => undefined,
    drain: () => log.info('idle connections closed'),
    close: async () => {
      log.info('database closed');
      if (config.STUCK) await new Promise(() => undefined);
    },
  };
  return { workers: [worker], database };
});
