const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const HOST = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

/** Whether it is a valid name of a Service, which has the strictest rules of all names. */
export function isDnsLabel(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 63 && LABEL.test(name);
}

/** Whether it is a valid name of a port of a container. */
export function isPortName(name: string): boolean {
  return name.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name);
}

/** Whether it is a DNS name and not an IP address. The last part of an IP address is a number. */
export function isHost(host: unknown): host is string {
  return typeof host === 'string' && HOST.test(host) && !/(^|\.)\d+$/.test(host);
}

/** Whether it is a valid name of an object of any kind. */
export function isObjectName(name: unknown): name is string {
  return typeof name === 'string' && HOST.test(name);
}

/** Whether it is a valid name of an environment variable, in a shell and in Kubernetes. */
export function isVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Whether it is a valid name of a setting in Kubernetes. Some programs read `discovery.type`, which no shell can set. */
export function isSetting(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(name);
}

/** A name as part of an environment variable: `event-bus` → `EVENT_BUS`. */
export function variableName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}
