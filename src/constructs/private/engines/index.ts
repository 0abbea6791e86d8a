import type { DatabaseEngine } from '../../database-options';
import type { Engine } from './engine';
import { mariadb, mysql } from './mysql';
import { postgres } from './postgres';

/** Every server that a database can be, by its name. */
export const ENGINES: Readonly<Record<DatabaseEngine, Engine>> = { postgres, mysql, mariadb };
