const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const HOST = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

/** Whether Kubernetes takes it as the name of a Service, the strictest of all names. */
export function isDnsLabel(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 63 && LABEL.test(name);
}

/** Whether it is a DNS name, and not an IP address (whose last part is a number). */
export function isHost(host: unknown): host is string {
  return typeof host === 'string' && HOST.test(host) && !/(^|\.)\d+$/.test(host);
}

/** Whether it can be the name of an object, of any kind. */
export function isObjectName(name: unknown): name is string {
  return typeof name === 'string' && HOST.test(name);
}

/** Whether a shell and Kubernetes both take it as the name of an environment variable. */
export function isVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Whether Kubernetes takes it as the name of a setting: some programs read `discovery.type`, which no shell could set. */
export function isSetting(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(name);
}

/** The environment's spelling of a name: `event-bus` → `EVENT_BUS`. */
export function variableName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}
