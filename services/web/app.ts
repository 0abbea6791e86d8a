// web: the page. It calls /api/… of its own origin; here are only its files.
import { join } from 'node:path';
import type { Config } from '../common/config.ts';
import type { Context, Service } from '../common/run.ts';
import { createServer } from '../common/server.ts';
import type { schema } from './config.ts';
import { readFiles } from './files.ts';

/** Scripts and styles from here only, none inline, no frames, and no way to make markup out of text. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cache-control': 'no-cache',
};

export function build(
  { log, metrics, health }: Context<Config<typeof schema>>,
  folder = join(import.meta.dirname, 'public'),
): Service {
  const app = createServer({ log, metrics, health });
  for (const file of readFiles(folder)) {
    app.get(file.path, async (request, reply) => {
      void reply.headers({ ...headers, etag: file.etag });
      if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
      return reply.type(file.type).send(file.body);
    });
  }
  return { app };
}
