import { own } from '../../../basics/own';
import type { DatabaseEngine } from '../options';
import type { Engine } from './engine';
import { mariadb, mysql } from './mysql';
import { postgres } from './postgres';

/** The supported database servers, by name. */
export const ENGINES: Readonly<Record<DatabaseEngine, Engine>> = { postgres, mysql, mariadb };

/** The server of that name. An unknown name is reported elsewhere; here it results in PostgreSQL. */
export function serverOf(engine: DatabaseEngine): Engine {
  return own(ENGINES, engine) ?? postgres;
}
