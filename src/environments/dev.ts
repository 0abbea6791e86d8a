import type { BlogEnvironment } from './environment';

/** A laptop: one copy of each is enough to see it work. */
export const dev: BlogEnvironment = {
  'event-bus': { replicas: 1 },
  posts: { replicas: 1 },
  comments: { replicas: 1 },
  moderation: { replicas: 1 },
  query: { replicas: 1 },
  web: { replicas: 1 },
};
