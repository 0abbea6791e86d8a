/** The most servers of a log. */
export const MOST_SERVERS = 5;

/** The names of the pods, `log-0` and so on. Each is also the name of its server. */
export function podNames(log: string, servers: number): readonly string[] {
  // A wrong number is a problem of its own.
  return Array.from({ length: Math.min(servers, MOST_SERVERS) }, (_, i) => `${log}-${i}`);
}
