import { own } from '../../../basics/own';
import type { DatabaseEngine } from '../options';
import type { Engine } from './engine';
import { mariadb, mysql } from './mysql';
import { postgres } from './postgres';

/** Every server that a database can be, by its name. */
export const ENGINES: Readonly<Record<DatabaseEngine, Engine>> = { postgres, mysql, mariadb };

/** The server of that name; PostgreSQL if there is none, which is a problem of its own. */
export function serverOf(engine: DatabaseEngine): Engine {
  return own(ENGINES, engine) ?? postgres;
}
