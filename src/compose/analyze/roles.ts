import type { DatabaseEngine } from '../../constructs/database/options';
import { serverOf } from '../../constructs/database/engines/index';
import { isAwaited } from './context';
import type { Role } from './member';
import { DATABASE_IMAGES } from './database/images';
import type { Listening } from './network/listening';
import type { Service } from '../load/service';

/** What a service becomes: by its image, by what it listens on, by what others wait for. */
export function roleOf(service: Service, { http, ports }: Listening, all: ReadonlyMap<string, Service>): Role {
  if (service.known?.instead) return { kind: 'left out', why: service.known.instead };
  if (isAwaited(service, all)) {
    return {
      kind: 'left out',
      why: 'It ends before others start: run it in a Job (kubectl create job), or do its work at the start of the program that needs it.',
    };
  }
  if (service.known?.engine) return databaseRole(service, service.known.engine);
  if (http !== undefined) return { kind: 'http', port: http, ports };
  return Object.keys(ports).length > 0 ? { kind: 'server', ports } : { kind: 'worker' };
}

/** The database of a server, and who logs in to it, as its image would make them. */
function databaseRole({ id, env }: Service, engine: DatabaseEngine): Role {
  const { variables, superuser } = DATABASE_IMAGES[engine];
  const values = (pattern: RegExp) =>
    [...env].filter(([name]) => pattern.test(name)).map(([, { value }]) => String(value));
  const [user] = values(variables.user);
  const called = values(variables.database)[0] ?? user ?? superuser;
  const { longestName, takenNames } = serverOf(engine);
  // The superuser's own name is taken: the application's database needs another one.
  const free = (name: string) => name !== '' && !takenNames.test(name);
  const databaseName = [called, user ?? '', id, 'app'].map((name) => plainName(name).slice(0, longestName)).find(free)!;
  const passwords = values(variables.password).filter((text) => text !== '' && !text.startsWith('/run/secrets/'));
  return { kind: 'database', engine, databaseName, called, users: [...(user ? [user] : []), superuser], passwords };
}

/** A name that needs no quotes in SQL. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^\d+/, '_');
}
