import type { Blog } from './support/blog';
import type { Cluster } from './support/cluster';
import type { Gateway } from './support/gateway';
import type { Kubectl } from './support/kubectl';
import type { Random } from './support/random';

/** What every step has at hand. */
export interface Context {
  readonly kubectl: Kubectl;
  readonly cluster: Cluster;
  readonly blog: Blog;
  readonly gateway: Gateway;
  /** Seeded: a run can be repeated. */
  readonly random: Random;
  /** Where evidence beside the report's lines goes, such as a screenshot. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Whether nothing of the blog was in the cluster before. */
  readonly fresh: boolean;
  /** Tells of progress within a step. */
  readonly say: (line: string) => void;
}

/** What a step saw: figures. */
export type Evidence = Readonly<Record<string, unknown>>;

/** One promise, and how it is put to the test. Before each step but those apart the blog is as k8s-out says, and Ready. */
export interface Step {
  /** For `--only`. */
  readonly name: string;
  /** What holds, as a sentence. */
  readonly promise: string;
  /** Works in a namespace of its own, and leaves the blog alone: runs at the same time as its neighbours that do so too. */
  readonly apart?: true;
  /** Throws when it does not hold. Leaves nothing behind but what `kubectl apply -f k8s-out` sets right. */
  run(context: Context): Promise<Evidence>;
}
