import { isAwaited, type Role } from './context';
import type { Listening } from './listening';
import type { Service } from './service';

/** What a service becomes: by its image, by what it listens on, by what others wait for. */
export function roleOf(service: Service, { http, ports }: Listening, all: ReadonlyMap<string, Service>): Role {
  if (service.known?.instead) return { kind: 'left out', why: service.known.instead };
  if (isAwaited(service, all)) {
    return {
      kind: 'left out',
      why: 'It ends before others start: run it in a Job (kubectl create job), or do its work at the start of the program that needs it.',
    };
  }
  if (service.known?.postgres) return { kind: 'database', ...postgresNames(service) };
  if (http !== undefined) return { kind: 'http', port: http, ports };
  return Object.keys(ports).length > 0 ? { kind: 'server', ports } : { kind: 'worker' };
}

/** The database of a server, and who owns it, as its image would make them. */
function postgresNames({ id, env }: Service): { databaseName: string; user: string; password?: string } {
  const value = (name: string) => (env.has(name) ? String(env.get(name)!.value) : undefined);
  const user = value('POSTGRES_USER') ?? 'postgres';
  const wanted = value('POSTGRES_DB') ?? user;
  const password = value('POSTGRES_PASSWORD');
  // `postgres` is the superuser's own: the application's database needs another name.
  const taken = new Set(['postgres', 'template0', 'template1', '']);
  const databaseName = [wanted, user, id, 'app'].map(plainName).find((name) => !taken.has(name))!;
  return { databaseName, user, ...(password && { password }) };
}

/** A name that needs no quotes in SQL. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^\d+/, '_')
    .slice(0, 63);
}
