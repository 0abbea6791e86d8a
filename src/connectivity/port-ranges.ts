import type { V1NetworkPolicyPort } from '@kubernetes/client-node';

/** The ports that an entry of a rule opens. Undefined means every port. */
export type PortRange = V1NetworkPolicyPort | undefined;

/** The entries of a rule. */
export function portRangesOf(ports: readonly V1NetworkPolicyPort[]): readonly PortRange[] {
  return ports.length === 0 ? [undefined] : ports;
}

/** Whether one range contains another. */
export function containsPorts(range: PortRange, other: PortRange): boolean {
  if (range === undefined) return true;
  if (other === undefined || protocolOf(range) !== protocolOf(other)) return false;
  const [port, wanted] = [range.port ?? undefined, other.port ?? undefined];
  if (port === undefined || port === wanted) return port === undefined || lastOf(range) >= lastOf(other);
  if (typeof port !== 'number' || typeof wanted !== 'number') return false;
  return port <= wanted && lastOf(range) >= lastOf(other);
}

/** Whether a range is only for DNS. */
export function isDnsPort(range: PortRange): boolean {
  return range !== undefined && (range.port === 53 || range.port === 5353 || range.port === 'dns') && !range.endPort;
}

/** `443`, `8000-8080`, `53/UDP`, or undefined for every port. */
export function portRangeText(range: PortRange): string | undefined {
  if (range === undefined) return undefined;
  const { port, endPort } = range;
  const protocol = protocolOf(range);
  if (port === undefined || port === null) return `every ${protocol} port`;
  return `${port}${endPort ? `-${endPort}` : ''}${protocol === 'TCP' ? '' : `/${protocol}`}`;
}

function protocolOf({ protocol }: V1NetworkPolicyPort): string {
  return protocol ?? 'TCP';
}

function lastOf({ port, endPort }: V1NetworkPolicyPort): number {
  return endPort ?? (typeof port === 'number' ? port : 0);
}
