import { addressesInConnectionString } from './connection-strings';
import { addressesIn, isName, portNumber, type HostAddress } from './hosts';

/** A string that may contain hosts, and the name of its variable, flag or key. */
export interface LabeledText {
  readonly text: string;
  readonly label: string;
}

const HOLDS_HOST = /^PGHOST$|(^|_)(HOST|ADDR|ADDRESS)$/i;
const HOLDS_ADDRESS =
  /(HOSTS?|ADDR(ESS(ES)?)?|UR[LI]|ENDPOINTS?|SERVERS?|BROKERS?|UPSTREAMS?|BACKENDS?|TARGETS?|CONNECT|DSN)$/i;
/** Names under which a program is called, instead of names that it calls. */
const OWN_NAME = /(^|_)(BIND|LISTEN(ER)?|ADVERTISED?|PUBLIC|EXTERNAL|VIRTUAL|INGRESS)(_|$)/i;
const FLAG = /^--?([\w.-]+)=/;

/** Whether a text with this label is an address: `KAFKA_BROKERS`. */
export function holdsAddress(label: string): boolean {
  return HOLDS_ADDRESS.test(label) && !OWN_NAME.test(label);
}

/** The addresses in a string with a label. `ports` has the ports of variables. */
export function labeledAddresses({ text, label }: LabeledText, ports: ReadonlyMap<string, number>): HostAddress[] {
  const value = text.replace(FLAG, '');
  if (!HOLDS_HOST.test(label) || OWN_NAME.test(label) || !isName(value))
    return [...addressesIn(text), ...addressesInConnectionString(value)];
  return [{ host: value, port: ports.get(label.replace(/(HOST|ADDR|ADDRESS)$/i, 'PORT')), sure: true }];
}

/** The label of a command-line argument: that of `--redis-addr=…`, or of `--redis-addr` in front of it. */
export function flagOf(word: unknown, before: unknown): string {
  const [, own] = FLAG.exec(String(word)) ?? [];
  const [, flag] = /^--?([\w.-]+)$/.exec(String(before)) ?? [];
  return (own ?? flag ?? '').replaceAll(/[-.]/g, '_');
}

/** Ports in variables. The port of a host is often in a variable with a similar name: DATABASE_HOST, DATABASE_PORT. */
export function portVariables(values: Iterable<readonly [name: string, value: unknown]>): Map<string, number> {
  const ports = new Map<string, number>();
  for (const [name, value] of values) {
    const port = /PORT$/i.test(name) ? portNumber(String(value)) : undefined;
    if (port) ports.set(name, port);
  }
  return ports;
}
