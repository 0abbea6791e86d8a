// The gateway sends /api/… to other services. Some gateways ignore a route whose service has no ready replica, so that
// its requests arrive here. The answer must not be 404: the client would give up instead of trying again.
import type { FastifyInstance } from 'fastify';
import { Unavailable } from '../common/errors.ts';

/** Answers 503 with Retry-After to every request below these paths. */
export function refuseApiPaths(app: FastifyInstance, paths: readonly string[]): void {
  app.addHook('onRequest', async ({ originalUrl }) => {
    const path = originalUrl.split('?')[0] ?? '';
    const own = paths.find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    if (own !== undefined) throw new Unavailable(`the service behind ${own} is unavailable`);
  });
}
