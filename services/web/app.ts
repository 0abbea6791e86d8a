// web: serves the files of the page. The page calls /api/… on its own origin.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lookup } from 'mrmime';
import type { Config } from '../common/config.ts';
import type { Context, Service } from '../common/run.ts';
import { sendIfChanged } from '../common/send-if-changed.ts';
import { refuseApiPaths } from './api-paths.ts';
import type { schema } from './config.ts';

/** Allows scripts and styles from this origin only. Forbids inline scripts, frames, and turning text into markup. */
const POLICY = [
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

const HEADERS = {
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export function build(
  { config, servers: { app } }: Context<Config<typeof schema>>,
  folder = join(import.meta.dirname, 'public'),
): Service {
  refuseApiPaths(app, config.API_PATHS);
  // Each file has a route of its own, so no other file can be read.
  for (const name of readdirSync(folder)) {
    const type = lookup(name);
    if (type === undefined) throw new Error(`${name} has no known media type`);
    const contentType = type.startsWith('text/') ? `${type}; charset=utf-8` : type;
    const body = readFileSync(join(folder, name));
    app.get(name === 'index.html' ? '/' : `/${name}`, async (request, reply) =>
      sendIfChanged(request, reply.headers(HEADERS), body, contentType),
    );
  }
  return {};
}
