import type { V1EnvVar } from '@kubernetes/client-node';
import type { Resources } from '../../shared/resources';
import type { RolePlan } from '../roles/role-plan';
import type { RoleScript } from '../roles/role-script';

/** The keys of the Secret of a database: the passwords of the application user and of the superuser. */
type PasswordKey = 'password' | 'root-password';

/**
 * The differences between the servers: the configuration of the official image, and how a database is dumped and
 * restored.
 */
export interface Engine {
  /** The name in messages. */
  readonly title: string;
  readonly image: string;
  readonly port: number;
  readonly resources: Required<Pick<Resources, 'cpu' | 'memory'>>;
  readonly memory: ServerMemory;
  /** The settings that every server of this kind has. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** The mount path of the claim, and the folder of the claim that is mounted. */
  readonly data: { readonly mountPath: string; readonly subPath?: string };
  /** Folders that the server writes to, in addition to its data and /tmp. */
  readonly scratch: Readonly<Record<string, { readonly medium?: string; readonly sizeLimit: string }>>;
  /** The environment variables of the image. It uses them to create the database and its user on the first start. */
  env(database: string, secret: (key: PasswordKey) => V1EnvVar['valueFrom']): V1EnvVar[];
  /** The settings as arguments of the server. */
  args(settings: Readonly<Record<string, string | number>>): string[];
  /**
   * A script that replaces the entrypoint of the image. It prepares the start, and then runs that entrypoint with the
   * arguments.
   */
  readonly entrypoint?: string;
  /**
   * A bash script in the container of the server. It exits with 0 if the application user can run a query over the
   * network.
   */
  readonly query: string;
  /** The command that runs before SIGTERM, if the server would wait on SIGTERM until every client disconnects. */
  readonly stop?: string;
  /**
   * The scripts, by file name, that the image sources on the first start. The initial SQL, if there is any, is at
   * `INITIAL_SQL`. With `superuser` the application user has all rights.
   */
  initScripts(given: { readonly initialSql: boolean; readonly superuser: boolean }): Readonly<Record<string, string>>;
  /** Roles of callers. Undefined if all callers use the role of the owner. */
  readonly roles?: RoleScript;
  readonly dump: Dump;
  /** The maximum length of a user name. */
  readonly longestName: number;
  /** Names that the server reserves. */
  readonly takenNames: RegExp;
  /** Settings that must not change, because the address and the data path depend on them. */
  readonly fixedSettings: RegExp;
}

/** The memory of a server, in MiB. The memory limit and the size of its cache follow from the number of connections. */
interface ServerMemory {
  /** The setting with the size of the cache of the server. */
  readonly cacheSetting: string;
  /** The share of a memory limit that the cache gets, if only the limit is set. */
  readonly cacheShare: number;
  /** The server without its cache and without connections. */
  readonly base: number;
  /** One busy connection. */
  readonly connection: number;
  /** The size of the cache as a setting. */
  readonly cacheValue: (mebibytes: number) => string;
  /** The bytes of one unit of the cache setting: `{ '': 8192, MB: 1048576 }`. */
  readonly units: Readonly<Record<string, number>>;
}

/**
 * Bash scripts that run in the folder of the dumps. The variables `DATABASE_HOST`, `DATABASE_PORT` and so on name the
 * database.
 */
export interface Dump {
  /** The file extension of a dump. */
  readonly ending: string;
  /** Sets the environment variables with which the clients connect to the server. */
  readonly connect: string;
  /** Exits with 0 if the server answers. */
  readonly answers: string;
  /** Writes a dump to the file `$part`, and fails if the dump is incomplete. */
  readonly make: string;
  /** Replaces the content of the database with the dump in the file `$dump`. */
  restore(roles: RolePlan): string;
}

/** Where the initial SQL is mounted. */
export const INITIAL_SQL = '/etc/initial.sql';

/**
 * Wraps the steps of the first start. If one fails, the data folder is emptied, so that the next start tries again and
 * reports the error. Otherwise the image would take the folder for a complete database, because it is not empty.
 */
export function orStartAnew(steps: string, folder: string): string {
  return `first_start() {
${steps.trim()}
}
if ! first_start; then
  echo 'The first start failed: the next one begins anew.' >&2
  find "${folder}" -mindepth 1 -delete
  exit 1
fi
`;
}
