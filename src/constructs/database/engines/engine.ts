import type { V1EnvVar } from '@kubernetes/client-node';
import type { Resources } from '../../shared/resources';

/** The keys of the Secret of a database: the passwords of the application user and of the superuser. */
type PasswordKey = 'password' | 'root-password';

/** What differs between the servers: how the official image is configured, and how a database is dumped and restored. */
export interface Engine {
  /** The name for messages. */
  readonly title: string;
  readonly image: string;
  readonly port: number;
  readonly resources: Required<Resources>;
  /** Where the claim is mounted, and which folder of it. */
  readonly data: { readonly mountPath: string; readonly subPath?: string };
  /** Folders that the server writes to, in addition to its data and /tmp. */
  readonly scratch: Readonly<Record<string, { readonly medium?: string; readonly sizeLimit: string }>>;
  /** The variables by which the image makes the database and its user on the first start. */
  env(database: string, secret: (key: PasswordKey) => V1EnvVar['valueFrom']): V1EnvVar[];
  /** The arguments that carry the settings. */
  args(settings: Readonly<Record<string, string | number>>): string[];
  /** A script that runs before the entrypoint of the image, and then runs it with the arguments. */
  readonly entrypoint?: string;
  /** A script of bash in the container of the server: ends with 0 once the application's user gets an answer, over the network. */
  readonly query: string;
  /** The command before SIGTERM, if SIGTERM would wait until every client disconnects. */
  readonly stop?: string;
  /** Sourced by the image on the first start, by name; the initial SQL, if there is some, is in the file of that path. */
  initScripts(initialSql: boolean): Readonly<Record<string, string>>;
  readonly dump: Dump;
  /** The longest name of a user. */
  readonly longestName: number;
  /** Names that the server reserves. */
  readonly takenNames: RegExp;
  /** Settings that the address and the path of the data depend on. */
  readonly fixedSettings: RegExp;
}

/** Programs of bash that know the database from DATABASE_HOST and its like, in the folder that holds the dumps. */
export interface Dump {
  /** How the name of a dump ends. */
  readonly ending: string;
  /** Tells the clients of the server where it is. */
  readonly connect: string;
  /** Ends with 0 once the server answers. */
  readonly answers: string;
  /** Writes a dump to the file `$part`, and fails unless it is whole. */
  readonly make: string;
  /** Makes the database what it was in the file `$dump`. */
  readonly restore: string;
}

/** Where the initial SQL is mounted. */
export const INITIAL_SQL = '/etc/initial.sql';

/**
 * A first start that failed half-way would pass for a database on the next one: the image looks only for a data folder
 * that is not empty. So it is emptied, and each start tries again and says what is wrong.
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
