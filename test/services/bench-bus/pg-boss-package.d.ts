// What the benchmark uses of pg-boss. The package needs Node.js 22, so it is no dependency, and its types may be missing.
declare module 'pg-boss' {
  export class PgBoss {
    constructor(options: {
      readonly connectionString: string;
      readonly max?: number | undefined;
      readonly useListenNotify?: boolean;
    });
    on(event: 'error', listener: (error: Error) => void): this;
    start(): Promise<this>;
    stop(options: { readonly graceful: boolean }): Promise<void>;
    createQueue(
      name: string,
      options: { readonly notify?: boolean; readonly retryLimit?: number; readonly retryBackoff?: boolean },
    ): Promise<void>;
    subscribe(event: string, queue: string): Promise<void>;
    publish(event: string, data: object): Promise<void>;
    work(
      name: string,
      options: {
        readonly batchSize: number;
        readonly pollingIntervalSeconds: number;
        readonly burstWhenBatchFull?: boolean;
      },
      handler: (jobs: never[]) => Promise<void>,
    ): Promise<string>;
  }
}
