import type { Member } from '../member';

/** The name of a port that a caller must name; undefined for the port that it reaches without a name. */
function furtherPort({ role }: Member, port: number): string | undefined {
  if (role.kind !== 'http' && role.kind !== 'server') return undefined;
  const names = Object.entries(role.ports);
  const [first] = names;
  if (role.kind === 'server' && first?.[1] === port) return undefined;
  return names.find(([, number]) => number === port)?.[0];
}

/** Adds a call to a port of a service, if the caller must name it. */
export function addPortCall({ portCalls }: Member, to: Member, port: number | undefined): void {
  const name = port === undefined ? undefined : furtherPort(to, port);
  if (name !== undefined) portCalls.set(to, (portCalls.get(to) ?? new Set()).add(name));
}
