import type { BlogEnvironment } from './blog-environment';

/** Like production, but smaller. */
export const staging: BlogEnvironment = {
  gateway: {
    host: 'staging.blog.example.com',
    listen: { className: 'eg', issuer: 'letsencrypt' },
    controller: 'envoy-gateway',
  },
  postgres: { storage: '5Gi' },
};
