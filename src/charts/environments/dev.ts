import type { MicroserviceOverrides } from '../../index';
import type { BlogEnvironment } from './blog-environment';

/** For a laptop: one replica of each service, and `callsign dev` can change its source while it runs. */
const one = { replicas: 1, live: true } satisfies MicroserviceOverrides;

export const dev: BlogEnvironment = {
  'event-bus': one,
  posts: one,
  comments: one,
  moderation: one,
  query: one,
  web: one,
};
