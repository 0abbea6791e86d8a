import type { CallerRole, RolePlan } from './role-plan';

/** A step of SQL: a statement, a query whose rows are statements, or the login of a role with its password. */
export type SqlStep = { readonly sql: string } | { readonly rows: string } | { readonly loginOf: CallerRole };

// A role has a schema of the same name, which comes first in the search path of PostgreSQL. Each statement is a
// transaction of its own and waits briefly for its lock, so that requests continue. All steps can be repeated.

/** The names of the roles, and of the owner of the database, as the session of the steps knows them. */
const ROLES = `string_to_array(current_setting('callsign.roles'), ',')`;
const OWNER = `current_setting('callsign.owner')`;
/** The comment on a role by which a later run knows that it is the role of a caller. */
const MARK = `format('A caller of the database %s', ${OWNER})`;

/** The settings of the session that all other steps need. */
export function postgresSession({ owner, roles }: RolePlan): SqlStep[] {
  return [
    { sql: `SET callsign.owner = '${owner}'` },
    { sql: `SET callsign.roles = '${roles.map(({ name }) => name).join()}'` },
    { sql: 'SET search_path = pg_catalog, pg_temp' },
    { sql: 'SET client_min_messages = warning' },
  ];
}

/** A query with a row of text for each reason why the roles cannot be created. */
export function postgresObstacles({ sharesOwnerTables }: RolePlan): string {
  const unusable = `
UNION ALL
SELECT format('The table %s.%s belongs to the owner of the database, and no caller may use it.', nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND pg_get_userbyid(relowner) = ${OWNER}
  AND nspname <> ALL (${ROLES}) AND nspname !~ '^pg_(temp|toast)'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;
  return `SELECT format('The role %s exists, but it is not the role of a caller.', rolname)
FROM pg_roles WHERE rolname = ANY (${ROLES}) AND shobj_description(oid, 'pg_authid') IS DISTINCT FROM ${MARK}
UNION ALL
SELECT format('The schema %s belongs to the role %s.', nspname, pg_get_userbyid(nspowner))
FROM pg_namespace WHERE nspname = ANY (${ROLES}) AND pg_get_userbyid(nspowner) NOT IN (${OWNER}, nspname)${sharesOwnerTables ? '' : unusable}`;
}

/** Creates the roles and their schemas, as superuser. A role can log in when everything else is done. */
export function postgresRoles(plan: RolePlan): SqlStep[] {
  return [
    // The log contains no password, not even in a statement that failed.
    { sql: "SET log_statement = 'none'" },
    { sql: "SET log_min_error_statement = 'panic'" },
    { sql: "SET lock_timeout = '300ms'" },
    { rows: `SELECT format('GRANT USAGE, CREATE ON SCHEMA public TO %I', ${OWNER})` },
    { sql: 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' },
    {
      rows: `SELECT format('CREATE ROLE %I NOLOGIN', name) FROM unnest(${ROLES}) name
WHERE name NOT IN (SELECT rolname FROM pg_roles)`,
    },
    { rows: `SELECT format('COMMENT ON ROLE %I IS %L', name, ${MARK}) FROM unnest(${ROLES}) name` },
    // The owner can use everything of its callers: for backups, and for pods that still log in as the owner.
    { rows: `SELECT format('GRANT %I TO %I', name, ${OWNER}) FROM unnest(${ROLES}) name` },
    ...postgresSchemas(plan),
    ...plan.roles.map((role) => ({ loginOf: role })),
    {
      rows: `SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM pg_roles
WHERE rolcanlogin AND rolname <> ALL (${ROLES}) AND shobj_description(oid, 'pg_authid') = ${MARK}`,
    },
  ];
}

/** Gives each role its schema and its grants. The owner may do it too, after a restore. */
export function postgresSchemas(plan: RolePlan): SqlStep[] {
  return [
    {
      rows: `SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO %I', current_database(), name)
FROM unnest(${ROLES}) name`,
    },
    { rows: `SELECT format('CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %1$I', name) FROM unnest(${ROLES}) name` },
    {
      rows: `SELECT format('ALTER SCHEMA %1$I OWNER TO %1$I', nspname) FROM pg_namespace
WHERE nspname = ANY (${ROLES}) AND pg_get_userbyid(nspowner) = ${OWNER}`,
    },
    {
      rows: `SELECT format('ALTER %s %s OWNER TO %I', upper(o.type), o.identity, o.schema)
FROM pg_shdepend d, pg_identify_object(d.classid, d.objid, 0) o
WHERE d.deptype = 'o' AND d.refclassid = 'pg_authid'::regclass AND pg_get_userbyid(d.refobjid) = ${OWNER}
  AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND o.schema = ANY (${ROLES})
  AND o.type IN ('table', 'view', 'materialized view', 'foreign table', 'sequence', 'function', 'procedure', 'aggregate', 'type')
  AND NOT EXISTS (
    SELECT FROM pg_depend p WHERE p.classid = d.classid AND p.objid = d.objid
      AND (p.deptype = 'e' OR (o.type = 'sequence' AND p.deptype IN ('a', 'i')))
  )`,
    },
    // What a pod that logs in as the owner still creates there.
    {
      rows: `SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %1$I IN SCHEMA %2$I GRANT ALL ON %3$s TO %2$I', ${OWNER}, name, kind)
FROM unnest(${ROLES}) name, unnest('{TABLES,SEQUENCES}'::text[]) kind`,
    },
    { rows: revocations(plan) },
    ...grantsOf(plan),
  ];
}

/** Removes all objects of the owner and of the callers before a restore, as the owner. The schemas can be created again. */
export function postgresEmpty(): SqlStep[] {
  const members = `FROM pg_roles
WHERE rolname !~ '^pg_' AND oid IN (SELECT roleid FROM pg_auth_members WHERE member = current_user::regrole)`;
  return [
    { sql: 'DROP OWNED BY CURRENT_USER' },
    { rows: `SELECT format('DROP OWNED BY %I', rolname) ${members}` },
    {
      rows: `SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO %I', current_database(), rolname) ${members}`,
    },
  ];
}

/** The statements that remove the rights of roles in the schemas of others, except those that grants name. */
function revocations({ owner, grants }: RolePlan): string {
  const granted = grants.map(({ role, of }) => `('${role}', '${schemaOf(of, owner)}')`);
  return `SELECT format(
  'REVOKE ALL ON ALL TABLES IN SCHEMA %1$I FROM %2$I; REVOKE ALL ON ALL SEQUENCES IN SCHEMA %1$I FROM %2$I;
   REVOKE ALL ON SCHEMA %1$I FROM %2$I;
   ALTER DEFAULT PRIVILEGES FOR ROLE %3$I, %4$I IN SCHEMA %1$I REVOKE ALL ON TABLES FROM %2$I;
   ALTER DEFAULT PRIVILEGES FOR ROLE %3$I, %4$I IN SCHEMA %1$I REVOKE ALL ON SEQUENCES FROM %2$I',
  nspname, rolname, ${OWNER}, CASE nspname WHEN 'public' THEN ${OWNER} ELSE nspname END)
FROM pg_namespace n, pg_roles r
WHERE nspname = ANY ('public'::text || ${ROLES}) AND rolname = ANY (${ROLES}) AND nspname <> rolname${
    granted.length > 0 ? `\n  AND (rolname, nspname) NOT IN (${granted.join(', ')})` : ''
  }
  AND EXISTS (
    SELECT FROM aclexplode(nspacl) a WHERE a.grantee = r.oid
    UNION ALL SELECT FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = n.oid AND a.grantee = r.oid
    UNION ALL SELECT FROM pg_default_acl f, aclexplode(f.defaclacl) a WHERE f.defaclnamespace = n.oid AND a.grantee = r.oid
  )`;
}

function* grantsOf({ owner, grants }: RolePlan): Generator<SqlStep> {
  for (const { role, right, of } of grants) {
    const [schema, to] = [quoted(schemaOf(of, owner)), quoted(role)];
    const creators = [...new Set([of, owner])].map((name) => quoted(name)).join(', ');
    const future = `ALTER DEFAULT PRIVILEGES FOR ROLE ${creators} IN SCHEMA ${schema}`;
    yield { sql: `GRANT USAGE ON SCHEMA ${schema} TO ${to}` };
    if (right === 'read') {
      // An earlier grant may have been larger.
      yield { sql: `REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} FROM ${to}` };
      yield { sql: `REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${schema} FROM ${to}` };
      yield { sql: `${future} REVOKE INSERT, UPDATE, DELETE ON TABLES FROM ${to}` };
      yield { sql: `${future} REVOKE ALL ON SEQUENCES FROM ${to}` };
    } else {
      yield { sql: `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${to}` };
      yield { sql: `${future} GRANT USAGE ON SEQUENCES TO ${to}` };
    }
    const rights = right === 'read' ? 'SELECT' : 'SELECT, INSERT, UPDATE, DELETE';
    yield { sql: `GRANT ${rights} ON ALL TABLES IN SCHEMA ${schema} TO ${to}` };
    yield { sql: `${future} GRANT ${rights} ON TABLES TO ${to}` };
  }
}

function schemaOf(role: string, owner: string): string {
  return role === owner ? 'public' : role;
}

/** Names contain only letters, digits and underscores, so nothing in them must be escaped. */
function quoted(name: string): string {
  return `"${name}"`;
}
