import type { Call, Caller } from '../links/endpoint';
import { addressVariables, plainParts } from '../links/variables';
import type { Place } from '../problems/problem';
import type { NamedPort } from './network/host-name';

/** Why a call by name is refused. */
export interface Refusal {
  /** What the caller called: `cart`, or `cart:9000` if only the port is wrong. */
  readonly to: string;
  /** The reason, with the change that makes the call work. */
  readonly text: string;
}

/** Why the local run has no way for a call. The place is that of the caller in the charts. */
export function refusalOf(caller: Caller, { host, port }: NamedPort, place: Place | undefined): Refusal {
  const [name = host, namespace = caller.namespace] = host.split('.');
  const call = caller.calls.find(
    ({ to, through }) => (through.service ?? to.name) === name && to.namespace === namespace && through.address,
  );
  if (call) return { to: `${name}:${port}`, text: wrongPort(caller, call, host, port) };
  const where = place ? ` in ${place.file}, where ${caller.name} is declared` : '';
  const text = `${caller.name} calls ${host}, but the charts do not declare this call. Add ${caller.name}.calls(${name})${where}.`;
  return { to: name, text };
}

function wrongPort(caller: Caller, { to, as, through }: Call, host: string, port: number): string {
  const address = through.address!;
  const start = `${caller.name} calls ${host}:${port}`;
  const [byPort] =
    Object.entries(to.options.byPort ?? {}).find(([, entrance]) => entrance.address?.port === port) ?? [];
  if (byPort !== undefined)
    return `${start}, but the charts do not declare this call. Add ${caller.name}.calls(${to.name}.port('${byPort}')).`;
  const variables = addressVariables(address, as, to.hostFor(caller.namespace, through), caller.name).map(
    (variable) => variable.name,
  );
  const known = variables.length > 1 ? `variables ${variables.join(', ')}` : `variable ${variables.join()}`;
  const right = address.protocol === 'http' ? plainParts(address, host)[0][1] : `${host}:${address.port}`;
  return `${start}, but callers reach ${to.name} at the port ${address.port}. Write ${right}, or use the ${known}.`;
}
