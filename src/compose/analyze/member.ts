import { serverOf } from '../../constructs/database/engines/index';
import type { DatabaseEngine } from '../../constructs/database/options';
import { itemsOf, nodeAt, textOf } from '../load/node';
import { programWords, type ComposeService } from '../load/service';
import { DATABASE_IMAGES } from './database/images';
import type { FurtherPorts, ListeningPorts } from './network/listening';
import { runsServer } from './runs-server';

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
  | ({ readonly kind: 'http'; readonly port: number } & FurtherPorts)
  | ({ readonly kind: 'server' } & FurtherPorts)
  | { readonly kind: 'worker' }
  /** It runs to its end. */
  | { readonly kind: 'task' }
  | { readonly kind: 'left out'; readonly why: string };

export type DatabaseRole = Extract<ServiceRole, { kind: 'database' }>;

/** A service, its role, and the services that it calls. */
export interface Member extends ComposeService {
  readonly role: ServiceRole;
  readonly calls: Set<Member>;
  /** The ports that it calls by name. */
  readonly portCalls: Map<Member, Set<string>>;
  /** The names under which its own settings and commands call it. */
  readonly ownNames: Set<string>;
  /** Its other names, under which programs find it. */
  readonly aliases: Set<string>;
}

/** Whether others can call it. */
export function isCallable({ role }: Member): boolean {
  return role.kind === 'database' || role.kind === 'http' || role.kind === 'server';
}

/** What other services need from a service. */
export interface Demand {
  /** Whether another service starts only after this one completes. */
  readonly mustComplete: boolean;
  /** Whether another service depends on it or names it. */
  readonly isUsed: boolean;
  /** Whether a `Database` can do the work of the service. */
  readonly fits: (role: DatabaseRole) => boolean;
}

/** The role of a service: from its image, its ports, and the services that depend on it. */
export function roleOf(
  service: ComposeService,
  { http, ports, udpPorts }: ListeningPorts,
  demand: Demand,
): ServiceRole {
  const { known, node } = service;
  if (known?.instead) return { kind: 'left out', why: known.instead };
  const [, other] = /^(?:service|container):(.+)$/.exec(textOf(nodeAt(node, 'network_mode')) ?? '') ?? [];
  if (other !== undefined)
    return {
      kind: 'left out',
      why: `It shares the network of ${other}. Add it to that microservice in the chart: sidecars: { ${JSON.stringify(service.id)}: { image } }.`,
    };
  if (demand.mustComplete || runsOnce(service, demand)) return { kind: 'task' };
  if (known?.engine && runsServer(service)) {
    const role = databaseRole(service, known.engine);
    if (demand.fits(role)) return role;
  }
  if (http !== undefined) return { kind: 'http', port: http, ports, udpPorts };
  return Object.keys({ ...ports, ...udpPorts }).length > 0 ? { kind: 'server', ports, udpPorts } : { kind: 'worker' };
}

/** Words for work that is done once. */
const ONCE =
  /(^|[^a-z])(migrat(e|ions?)|init|setup|seed(er|s)?|bootstrap|install(er)?|provision(er|ing)?|create-?\w*|createbuckets?)([^a-z]|$)/i;

/** Whether the file shows that it runs to its end: it is not started again, and offers nothing to others. */
function runsOnce(service: ComposeService, { isUsed }: Demand): boolean {
  const { node, name } = service;
  if (isUsed || ['ports', 'expose', 'healthcheck'].some((key) => itemsOf(nodeAt(node, key)).length > 0)) return false;
  const restart = textOf(nodeAt(node, 'deploy', 'restart_policy', 'condition')) ?? textOf(nodeAt(node, 'restart'));
  if (restart === 'no' || restart === 'false' || restart === 'none') return true;
  if (restart === undefined || !restart.startsWith('on-failure')) return false;
  return [name, ...programWords(node)].some((word) => ONCE.test(word));
}

/** The database and the users that the image would create from these variables. */
function databaseRole({ id, env }: ComposeService, engine: DatabaseEngine): DatabaseRole {
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
