import type { MicroserviceOverrides } from '../../index';
import type { BlogEnvironment } from './environment';

/** A laptop: one copy of each is enough to see it work, and `callsign dev` may change its source while it runs. */
const one = { replicas: 1, live: true } satisfies MicroserviceOverrides;

export const dev: BlogEnvironment = {
  'event-bus': one,
  posts: one,
  comments: one,
  moderation: one,
  query: one,
  web: one,
};
