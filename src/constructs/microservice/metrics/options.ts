import type { OptionNames } from '../../../problems/unknown-options';

/** Where a program serves its metrics, in the text format of Prometheus. */
export interface Metrics {
  /**
   * The port. If it is another one than those of requests and health checks, the variable `METRICS_PORT` contains it.
   * @default - `health.port`, or the option `port`
   */
  readonly port?: number;
  /**
   * The path.
   * @default '/metrics'
   */
  readonly path?: string;
}

/** The names of the options. */
export const METRICS_OPTIONS: OptionNames<Metrics> = { port: true, path: true };

/** The options, all defaults included. The port is undefined if the program has none that serves HTTP. */
export interface ResolvedMetrics {
  readonly port: number | undefined;
  readonly path: string;
}
