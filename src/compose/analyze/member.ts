import { serverOf } from '../../constructs/database/engines/index';
import type { DatabaseEngine } from '../../constructs/database/options';
import { nodeAt, textOf } from '../load/node';
import type { ComposeService } from '../load/service';
import { DATABASE_IMAGES } from './database/images';
import type { ListeningPorts } from './network/listening';

/** What a service becomes. */
export type ServiceRole =
  | {
      readonly kind: 'database';
      readonly engine: DatabaseEngine;
      /** The name of the database in the chart. */
      readonly databaseName: string;
      /** The name of the database in the Compose file, its users and their passwords. */
      readonly called: string;
      readonly users: readonly string[];
      readonly passwords: readonly string[];
    }
  | { readonly kind: 'http'; readonly port: number; readonly ports: Readonly<Record<string, number>> }
  | { readonly kind: 'server'; readonly ports: Readonly<Record<string, number>> }
  | { readonly kind: 'worker' }
  | { readonly kind: 'left out'; readonly why: string };

export type DatabaseRole = Extract<ServiceRole, { kind: 'database' }>;

/** A service, its role, and the services that it calls. */
export interface Member extends ComposeService {
  readonly role: ServiceRole;
  readonly calls: Set<Member>;
  /** The ports that it calls by name. */
  readonly portCalls: Map<Member, Set<string>>;
}

/** The role of a service: from its image, its ports, and the services that depend on it. */
export function roleOf(
  service: ComposeService,
  { http, ports }: ListeningPorts,
  all: ReadonlyMap<string, ComposeService>,
): ServiceRole {
  const { known } = service;
  if (known?.instead) return { kind: 'left out', why: known.instead };
  if (mustComplete(service, all))
    return {
      kind: 'left out',
      why: 'It must complete before other services start. Run it in a Job (kubectl create job), or do its work when the program that needs it starts.',
    };
  if (known?.engine) return databaseRole(service, known.engine);
  if (http !== undefined) return { kind: 'http', port: http, ports };
  return Object.keys(ports).length > 0 ? { kind: 'server', ports } : { kind: 'worker' };
}

/** Whether another service starts only after this one completes. */
function mustComplete({ name }: ComposeService, all: ReadonlyMap<string, ComposeService>): boolean {
  return [...all.values()].some(
    ({ node }) => textOf(nodeAt(node, 'depends_on', name, 'condition')) === 'service_completed_successfully',
  );
}

/** The database and the users that the image would create from these variables. */
function databaseRole({ id, env }: ComposeService, engine: DatabaseEngine): ServiceRole {
  const { variables, superuser } = DATABASE_IMAGES[engine];
  const values = (pattern: RegExp) =>
    [...env].filter(([name]) => pattern.test(name)).map(([, { value }]) => String(value));
  const [user] = values(variables.user);
  const called = values(variables.database)[0] ?? user ?? superuser;
  const { longestName, takenNames } = serverOf(engine);
  const isFree = (name: string) => name !== '' && !takenNames.test(name);
  const databaseName = [called, user ?? '', id, 'app']
    .map((name) => plainName(name).slice(0, longestName))
    .find(isFree)!;
  const passwords = values(variables.password).filter((text) => text !== '' && !text.startsWith('/run/secrets/'));
  return { kind: 'database', engine, databaseName, called, users: [...(user ? [user] : []), superuser], passwords };
}

/** A name that SQL accepts without quotes. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^\d+/, '_');
}
