import type { BlogEnvironment } from './environment';

/** Like production in all but size. */
export const staging: BlogEnvironment = {
  gateway: { host: 'staging.blog.example.com', tlsSecret: 'blog-tls' },
  postgres: { storage: '5Gi' },
};
