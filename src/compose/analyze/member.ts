import type { DatabaseEngine } from '../../constructs/database/options';
import type { Service } from '../load/service';

/** What a service becomes. */
export type Role =
  | {
      readonly kind: 'database';
      readonly engine: DatabaseEngine;
      readonly databaseName: string;
      /** How the database is called in the file, who logs in to it there, and with what. */
      readonly called: string;
      readonly users: readonly string[];
      readonly passwords: readonly string[];
    }
  | { readonly kind: 'http'; readonly port: number; readonly ports: Readonly<Record<string, number>> }
  | { readonly kind: 'server'; readonly ports: Readonly<Record<string, number>> }
  | { readonly kind: 'worker' }
  | { readonly kind: 'left out'; readonly why: string };

/** A service, and what it is to the others. */
export interface Member extends Service {
  readonly role: Role;
  /** The services whose host names it uses, or that it waits for. */
  readonly calls: Set<Member>;
}
