import type { Io } from './command';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs work that Ctrl-C stops in an orderly way: requests in flight end first. */
export async function stopOnSignal<T>(io: Io, work: (stop: AbortController) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => {
    io.error('Stopping: the requests in flight end first.\n');
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(stop);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
