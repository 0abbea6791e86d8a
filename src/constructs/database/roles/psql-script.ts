import { passwordVariable, type RoleScript } from './role-script';
import { postgresObstacles, postgresRoles, postgresSession, type SqlStep } from './postgres-roles';

/** The steps as input of psql. */
export function psqlInput(steps: readonly SqlStep[]): string {
  return steps
    .map((step) => {
      if ('sql' in step) return `${step.sql};`;
      if ('rows' in step) return `${step.rows} \\gexec`;
      return `\\getenv password ${passwordVariable(step.loginOf)}
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', '${step.loginOf.name}', :'password') \\gexec`;
    })
    .join('\n');
}

/** Creates the roles of a PostgreSQL server. A lock that is not free soon is tried again. */
export const psqlScript: RoleScript = (plan) => `set -euo pipefail
export PGHOST="$DATABASE_HOST" PGPORT="$DATABASE_PORT" PGDATABASE="$DATABASE_NAME" PGUSER=postgres PGPASSWORD="$ROOT_PASSWORD" PGCONNECT_TIMEOUT=5
client() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
again() {
  for n in {1..120}; do
    "$@" > /tmp/output 2>&1 && return
    sleep 1
  done
  cat /tmp/output >&2
  exit 1
}
again client --command='SELECT 1'
cat > /tmp/session.sql <<'SQL'
${psqlInput(postgresSession(plan))}
SQL
cat > /tmp/obstacles.sql <<'SQL'
${postgresObstacles(plan)};
SQL
again client --file=/tmp/session.sql --file=/tmp/obstacles.sql
if [ -s /tmp/output ]; then
  cat /tmp/output >&2
  exit 42
fi
cat > /tmp/roles.sql <<'SQL'
${psqlInput(postgresRoles(plan))}
SQL
again client --file=/tmp/session.sql --file=/tmp/roles.sql
echo 'The roles are ready: ${plan.roles.map(({ name }) => name).join(', ')}'
`;
