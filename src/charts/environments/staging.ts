import type { BlogEnvironment } from './blog-environment';

/** Like production, but smaller. */
export const staging: BlogEnvironment = {
  gateway: { host: 'staging.blog.example.com', tlsSecret: 'blog-tls' },
  postgres: { storage: '5Gi' },
};
