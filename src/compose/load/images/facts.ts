import type { DatabaseEngine } from '../../../constructs/database/options';
import type { Capability } from '../../../k8s/pod-security';

/** Facts about an image, from its documentation and its Dockerfile. */
export interface ImageFacts {
  /** The port on which it serves HTTP. */
  readonly http?: number;
  /** Its other ports, by name. */
  readonly ports?: Readonly<Record<string, number>>;
  /** The user that it runs as. Without one any user can run it. */
  readonly user?: number;
  /** The user of the Alpine image, if it is different. */
  readonly alpineUser?: number;
  /** Small folders that it writes to, apart from its data. */
  readonly writable?: readonly string[];
  /** The folders of its data. Docker creates a volume for each that the file does not mount. */
  readonly data?: readonly string[];
  /** Variables that it needs on a claim. */
  readonly env?: Readonly<Record<string, string>>;
  /** Why it needs more rights than the hardened defaults. */
  readonly needs?: ImageNeeds;
  /** The memory limit that it can work with. */
  readonly memory?: string;
  /** The ports on the internet that it uses for its purpose. */
  readonly internet?: 'web' | 'all';
  /** The database engine, if a `Database` can run it. */
  readonly engine?: DatabaseEngine;
  /** What to use in a cluster instead. */
  readonly instead?: string;
}

/** The reasons for each exception from the hardened defaults. */
export interface ImageNeeds {
  /** Why it runs as the user of its image, which can be root. */
  readonly runAs?: string;
  /** Why it writes to its root file system. */
  readonly rootFilesystem?: string;
  /** The capabilities that its program has as a file. It does not start without them. */
  readonly capabilities?: readonly Capability[];
}
