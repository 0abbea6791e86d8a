/** The routes that are called every few seconds. They have no span, and a log line only at the level `debug`. */
export const QUIET_ROUTES: ReadonlySet<string> = new Set(['/healthz/live', '/healthz/ready', '/metrics']);
