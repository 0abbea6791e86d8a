import type { BusConfig } from './config.ts';
import type { Tuning } from './worker.ts';

export function tuningOf(config: BusConfig): Tuning {
  return {
    timeoutMs: config.DELIVERY_TIMEOUT_MS,
    leaseMs: config.LEASE_MS,
    concurrency: config.DELIVERY_CONCURRENCY,
    lanes: config.DELIVERY_LANES,
    batch: config.DELIVERY_BATCH,
    maxAttempts: config.MAX_ATTEMPTS,
    maxRefusals: 2,
    retryBaseMs: config.RETRY_BASE_MS,
    retryMaxMs: config.RETRY_MAX_MS,
    pollMs: config.POLL_MS,
  };
}
