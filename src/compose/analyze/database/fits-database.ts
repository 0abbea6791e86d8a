import { itemsOf, nodeAt } from '../../load/node';
import { commandOf, type ComposeService } from '../../load/service';
import type { DatabaseRole } from '../member';
import { canGeneratePassword } from './generated-password';
import { DATABASE_IMAGES } from './images';
import { initialSqlFile } from './initial-sql';

const SCRIPTS = '/docker-entrypoint-initdb.d';
/** Keys for which a `Database` has no option. */
const WITHOUT_OPTION = ['configs', 'tmpfs', 'entrypoint', 'working_dir', 'build'];

/** Whether a `Database` does what the service does in Docker. Otherwise its image runs as a microservice with a volume. */
export function fitsDatabase(
  isSecretText: (text: string) => boolean,
  service: ComposeService,
  role: DatabaseRole,
  callers: readonly ComposeService[],
): boolean {
  if (service.env.has('POSTGRES_INITDB_ARGS') || !canGeneratePassword(service, role, callers)) return false;
  if (WITHOUT_OPTION.some((key) => itemsOf(nodeAt(service.node, key)).length > 0)) return false;
  const { engine, databaseName } = role;
  const { folder } = DATABASE_IMAGES[engine];
  const mounts = service.mounts.filter(
    ({ target, source = '' }) =>
      !`${target}/`.startsWith(`${folder}/`) && !/^\/etc\/(localtime|timezone)$/.test(source),
  );
  const [script, ...others] = mounts;
  if (others.length > 0) return false;
  if (script && !script.target.startsWith(SCRIPTS)) return false;
  if (script && initialSqlFile(isSecretText, script, engine, databaseName) === undefined) return false;
  return hasOnlySettings(service);
}

/** Whether the command only sets parameters of the server. */
function hasOnlySettings({ node }: ComposeService): boolean {
  const words = commandOf(nodeAt(node, 'command')).map(({ word }) => word);
  const rest = /^(postgres|mysqld|mariadbd)$/.test(words[0] ?? '') ? words.slice(1) : words;
  return rest.every((word) => word === '-c' || /^(?:-c|--)?[a-z_][\w.-]*=/.test(word));
}
