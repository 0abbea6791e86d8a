import type { Member, ServiceRole } from '../member';

/** The ports that callers of a service can name, TCP before UDP. Without HTTP, the first one needs no name. */
export function namedPorts(role: ServiceRole): Record<string, number> {
  return role.kind === 'http' || role.kind === 'server' ? { ...role.ports, ...role.udpPorts } : {};
}

/** Adds a call to the ports of a service with this number, if the caller must name them. */
export function addPortCall(from: Member, to: Member, port: number | undefined): void {
  addCalls(from, to, (_, number) => number === port);
}

/** Adds a call to all UDP ports of a service, for a caller that names no port. A lost datagram is no error. */
export function addUdpCalls(from: Member, to: Member): void {
  const { udpPorts = {} } = 'udpPorts' in to.role ? to.role : {};
  addCalls(from, to, (name) => Object.hasOwn(udpPorts, name));
}

function addCalls({ portCalls }: Member, to: Member, isCalled: (name: string, number: number) => boolean): void {
  const all = Object.entries(namedPorts(to.role));
  const further = to.role.kind === 'http' ? all : all.slice(1);
  const names = further.filter(([name, number]) => isCalled(name, number)).map(([name]) => name);
  if (names.length > 0) portCalls.set(to, new Set([...(portCalls.get(to) ?? []), ...names]));
}
