/** The blog as it runs with one tool. */
export interface Running {
  /** Where the gateway listens. */
  readonly port: number;
  /** The first processes of the services and of the database. */
  readonly programs: () => number[];
  /** The first processes of everything: also the gateway and the tool. */
  readonly all: () => number[];
  readonly stop: () => Promise<void>;
}
