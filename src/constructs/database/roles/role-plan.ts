import type { TableRight } from '../options';

/** A role of the server. Its schema has the same name. */
export interface CallerRole {
  readonly name: string;
  /** The name of the Secret with its password. */
  readonly secret: string;
}

/** A role may use the tables of another role, or of the owner. */
export interface RoleGrant {
  readonly role: string;
  readonly right: Exclude<TableRight, 'own'>;
  readonly of: string;
}

/** The roles of a database. */
export interface RolePlan {
  /** The name of the database, and of the role that owns it. */
  readonly owner: string;
  readonly roles: readonly CallerRole[];
  readonly grants: readonly RoleGrant[];
  /** Whether a caller may use the tables of the owner. */
  readonly sharesOwnerTables: boolean;
}
