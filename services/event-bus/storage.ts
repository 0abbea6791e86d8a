import type { Log as Logger } from '../common/log.ts';
import type { BusConfig } from './config.ts';
import { CurrentLog } from './current-log.ts';
import { CurrentPlace } from './current-place.ts';
import type { Log } from './log.ts';
import { placesOf } from './places.ts';
import type { Storage } from './places.ts';
import type { ReplayCursors } from './replay-cursors.ts';

interface Opened {
  readonly storage: Storage;
  readonly log: Log;
  readonly replayCursors: ReplayCursors;
}

/** The log is where the last move has left it. A new log is on NATS JetStream if its servers are configured. */
export function openStorage(config: BusConfig, logger: Logger): Opened {
  const storage = new CurrentPlace(placesOf(config, logger), logger);
  return { storage, log: new CurrentLog(storage), replayCursors: currentReplayCursors(storage) };
}

function currentReplayCursors(place: CurrentPlace): ReplayCursors {
  const cursors = async () => place.get().replayCursors;
  return {
    progress: async (replay) => (await cursors()).progress(replay),
    forgetOthers: async (subscriber, replay) => (await cursors()).forgetOthers(subscriber, replay),
    hold: async (subscriber, holder, leaseMs) => (await cursors()).hold(subscriber, holder, leaseMs),
    letGo: async (subscriber, holder) => (await cursors()).letGo(subscriber, holder),
    hasCaughtUp: async (subscriber, replay) => (await cursors()).hasCaughtUp(subscriber, replay),
    finish: async (subscriber, replay, holder) => (await cursors()).finish(subscriber, replay, holder),
  };
}
