import { variableName } from '../../../k8s/names';
import type { CallerRole, RolePlan } from './role-plan';

/**
 * A bash script that creates the roles. Its variables are `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME`,
 * `ROOT_PASSWORD`, and one with the password of each role. It exits with the code 42 if a person must act first.
 */
export type RoleScript = (plan: RolePlan) => string;

/** The name of the Job that runs the script, without its version. */
export const rolesJobName = (database: string): string => `${database}-roles`;

/** The exit code after which another attempt cannot succeed. */
export const NEEDS_A_PERSON = 42;

/** The variable with the password of a role. */
export function passwordVariable({ name }: CallerRole): string {
  return `PASSWORD_${variableName(name)}`;
}
