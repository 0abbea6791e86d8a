import type { Blog } from './support/blog';
import type { Cluster } from './support/cluster';
import type { Gateway } from './support/gateway';
import type { Kubectl } from './support/kubectl';
import type { Random } from './support/random';

/** The tools of every step. */
export interface Context {
  readonly kubectl: Kubectl;
  readonly cluster: Cluster;
  readonly blog: Blog;
  readonly gateway: Gateway;
  /** Seeded random numbers, so that a run can be repeated. */
  readonly random: Random;
  /** The folder for further evidence, such as a screenshot. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Whether the cluster did not contain the blog before this run. */
  readonly fresh: boolean;
  /** Prints progress within a step. */
  readonly say: (line: string) => void;
}

/** The measurements of a step. */
export type Evidence = Readonly<Record<string, unknown>>;

/** A promise and its test. Before each step that is not `apart`, the blog is applied from k8s-out and Ready. */
export interface Step {
  /** For `--only`. */
  readonly name: string;
  /** The promise, as a sentence. */
  readonly promise: string;
  /** A main promise of the project. The step runs first, and always: only other steps are left out when time runs out. */
  readonly core?: true;
  /** The step uses its own namespace and does not touch the blog. Neighboring steps of this kind run in parallel. */
  readonly apart?: true;
  /** The step needs more than two cores. It runs only with `--only`. */
  readonly heavy?: true;
  /**
   * How long the step takes on a slow machine with two cores. If less time is left, it starts only if it is `core`.
   * @default 4
   */
  readonly minutes?: number;
  /** Throws if the promise is broken. Cleans up all changes that `kubectl apply -f k8s-out` does not undo. */
  run(context: Context): Promise<Evidence>;
}
