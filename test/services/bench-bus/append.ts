// How many events the log alone stores: appends of 500 events, the largest batch of a bus, without HTTP and without
// subscribers. Each appender waits for its append before it begins the next one, as each bus does.
import { randomUUID } from 'node:crypto';
import { readConfig } from '../../../services/common/config.ts';
import { createLog } from '../../../services/common/log.ts';
import { schemaFor } from '../../../services/event-bus/config.ts';
import type { Log, Publication } from '../../../services/event-bus/log.ts';
import { openStorage } from '../../../services/event-bus/storage.ts';
import { eventText, subjectOf } from './load.ts';
import { startLog } from './log-servers.ts';
import type { LogKind } from './log-servers.ts';
import { cpuMs } from './processes.ts';
import { median } from '../../bench/median.ts';
import { table } from './table.ts';

const BATCH = 500;

export const APPENDERS = [1, 3];

export interface AppendResult {
  readonly log: LogKind;
  readonly appenders: number;
  readonly perSecond: number;
  /** The median time of an append in milliseconds. */
  readonly batchMs: number;
  /** The CPU time of the servers per event in milliseconds. */
  readonly cpu: number;
}

export async function measureAppend(log: LogKind, appenders: number, events: number): Promise<AppendResult> {
  const servers = await startLog(log);
  const config = readConfig(schemaFor({ SUBSCRIBERS: 'none' }), {
    ...servers.env,
    PORT: '0',
    SUBSCRIBERS: 'none',
    NONE_URL: 'http://127.0.0.1:1',
  });
  const opened = Array.from({ length: appenders }, () => openStorage(config, createLog('bench', 'silent')));
  try {
    for (const { storage } of opened) await storage.started();
    await Promise.all(opened.map((one) => append(one.log, 2)));
    const before = cpuMs(servers.pids) ?? NaN;
    const start = performance.now();
    const batches = Math.ceil(events / BATCH / appenders);
    const times = (await Promise.all(opened.map((one) => append(one.log, batches)))).flat();
    const stored = batches * appenders * BATCH;
    return {
      log,
      appenders,
      perSecond: (stored / (performance.now() - start)) * 1_000,
      batchMs: median(times),
      cpu: ((cpuMs(servers.pids) ?? NaN) - before) / stored,
    };
  } finally {
    await Promise.all(opened.map(({ storage }) => storage.close()));
    await servers.remove();
  }
}

async function append(log: Log, batches: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const publications = Array.from({ length: BATCH }, (_, number) => publicationOf(number));
    const start = performance.now();
    const results = await log.append(publications);
    if (results.some((result) => result !== 'stored')) throw new Error('an event was not stored');
    times.push(performance.now() - start);
  }
  return times;
}

function publicationOf(number: number): Publication {
  const id = randomUUID();
  return { source: '/bench', id, subject: subjectOf(number), body: eventText(id, number), digest: id };
}

export function describeAppends(results: readonly AppendResult[]): string {
  const kinds = [...new Set(results.map(({ log, appenders }) => `${log}/${appenders}`))];
  const rows = kinds.map((kind) => {
    const same = results.filter(({ log, appenders }) => `${log}/${appenders}` === kind);
    const of = (key: 'perSecond' | 'batchMs' | 'cpu') => median(same.map((result) => result[key]));
    const { log, appenders } = same[0]!;
    return [log, String(appenders), of('perSecond').toFixed(0), of('batchMs').toFixed(0), of('cpu').toFixed(3)];
  });
  return table([['log', 'appenders', 'stored/s', `${BATCH} events, p50 ms`, 'CPU of the log, ms/event'], ...rows]);
}
