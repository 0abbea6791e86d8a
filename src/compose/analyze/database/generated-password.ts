import { itemsOf, nodeAt, textOf } from '../../load/node';
import { programWords, type ComposeService } from '../../load/service';
import type { DatabaseRole } from '../member';
import { DATABASE_IMAGES } from './images';

/** Programs in which a person types the password. */
const CONSOLES = /(^|\/)(adminer|phpmyadmin|pgadmin4|dbgate|cloudbeaver|pgweb|sqlpad)(:|@|$)/;

/** How programs log in to a database in the Compose file. */
type Login = Pick<DatabaseRole, 'engine' | 'databaseName' | 'called' | 'users'>;

/**
 * Whether the chart can generate the password, and name the user after the database: every caller reads what changes from
 * a setting, a command or a file. A program can also have it in its code. Then the database has to start as in Docker.
 */
export function canGeneratePassword(
  database: ComposeService,
  login: Login,
  callers: readonly ComposeService[],
): boolean {
  const { variables } = DATABASE_IMAGES[login.engine];
  const settings = [...database.env];
  const programs = callers.filter(({ image = '' }) => !CONSOLES.test(image));
  const values = settings.filter(([name]) => variables.password.test(name)).map(([, { value }]) => String(value));
  const isOpen = settings.some(([name]) => variables.open.test(name));
  const passwords = values.filter((value) => value !== '' && !value.startsWith('/run/secrets/'));
  const secrets = new Set(secretsOf(database));
  // Without a password the file is incomplete, or the server is open to everybody.
  if (passwords.length === 0 && secrets.size === 0) return !isOpen || programs.length === 0;
  const changed = [
    ...(login.users[0] === login.databaseName ? [] : [login.users]),
    ...(login.called === '' || login.called === login.databaseName ? [] : [[login.called]]),
  ];
  return programs.every((program) => {
    const texts = textsOf(program);
    const readsPassword =
      texts.some((text) => passwords.some((password) => text.includes(password))) ||
      secretsOf(program).some((secret) => secrets.has(secret));
    return readsPassword && changed.every((names) => names.some((name) => texts.some((text) => isNamed(text, name))));
  });
}

/** Whether a text names a user or a database: alone, in a URL or in a list of parameters. The scheme of a URL is no name. */
function isNamed(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1] ?? '', text.slice(at + name.length, at + name.length + 3)];
    if (/^[\s/=:"'@,(]?$/.test(before) && /^($|[\s:@&"';,?/)])/.test(after) && !after.startsWith('://')) return true;
  }
  return false;
}

/** All texts in which a program can find a password. */
function textsOf(service: ComposeService): string[] {
  return [
    ...[...service.env.values()].map(({ value }) => String(value)),
    ...programWords(service.node),
    ...service.texts(),
  ];
}

function secretsOf({ node }: ComposeService): string[] {
  return itemsOf(nodeAt(node, 'secrets')).map((item) => textOf(nodeAt(item, 'source')) ?? textOf(item) ?? '');
}
