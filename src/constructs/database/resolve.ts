import { Image } from '../../images/image';
import { NODE_IMAGE, STORAGE_SIZE, TIME_ZONE, withDefaults, type Complete } from '../shared/defaults';
import type { Resources } from '../shared/resources';
import type { Engine } from './engines/engine';
import { serverOf } from './engines/index';
import type { BackupOptions, DatabaseOptions } from './options';

const OPTIONS = {
  engine: 'postgres',
  instances: 1,
  storage: STORAGE_SIZE,
  superuser: false,
  user: 999,
  otherConnections: 0,
  passwordImage: NODE_IMAGE,
} satisfies DatabaseOptions;
const BACKUP = { schedule: '0 3 * * *', timeZone: TIME_ZONE, keep: 7 } satisfies BackupOptions;

/**
 * The image for the operator, with the same version as the image of a single server. The operator reads the version
 * from the tag.
 */
export const CLUSTER_IMAGE = 'ghcr.io/cloudnative-pg/postgresql:17-standard-trixie';

/** The defaults that `explain` reports. */
export function databaseDefaults(engine: DatabaseOptions['engine']) {
  return {
    engine: OPTIONS.engine,
    instances: OPTIONS.instances,
    storage: OPTIONS.storage,
    settings: serverOf(engine ?? OPTIONS.engine).settings,
    resources: serverOf(engine ?? OPTIONS.engine).resources,
  };
}

/** The options of a database, all defaults included. The objects and most checks read only this. */
export interface ResolvedDatabase extends Complete<
  Omit<DatabaseOptions, 'image' | 'databaseName' | 'settings' | 'resources' | 'backup'>,
  typeof OPTIONS
> {
  readonly server: Engine;
  readonly image: Image;
  readonly databaseName: string;
  readonly settings: Readonly<Record<string, string | number>>;
  /** The memory and its limit, if they are set. Otherwise they follow from the connections. */
  readonly resources: Pick<Required<Resources>, 'cpu'> & Resources;
  readonly backup: ResolvedBackup | undefined;
}

export type ResolvedBackup = Complete<BackupOptions, typeof BACKUP & Pick<Required<BackupOptions>, 'storage'>>;

/** The complete options of the database `name`. Wrong values stay as they are: the problems report them. */
export function resolveDatabase(name: string, given: DatabaseOptions): ResolvedDatabase {
  const { image, databaseName = name.replaceAll('-', '_'), settings, resources, backup, ...rest } = given;
  const options = withDefaults(rest, OPTIONS);
  const server = serverOf(options.engine);
  const { storage, storageClass } = options;
  return {
    ...options,
    server,
    image: image ?? Image.of(options.instances > 1 ? CLUSTER_IMAGE : server.image),
    databaseName,
    settings: { ...server.settings, ...settings },
    resources: withDefaults(resources, { cpu: server.resources.cpu }),
    backup: backup && withDefaults(backup, { ...BACKUP, storage, ...(storageClass && { storageClass }) }),
  };
}
