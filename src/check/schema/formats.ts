import { parseCron } from '../../k8s/cron';
import { parseQuantity } from '../../k8s/quantity';
import { isTimeZone } from '../../k8s/time-zone';

/** What a text or number that has the right type may be: undefined when it is right, or what it should have been. */
export type Format = (value: never) => string | undefined;

const text = (pattern: RegExp, longest: number, expected: string) => (value: string) =>
  value.length <= longest && pattern.test(value) ? undefined : expected;
/** Nothing, which an API server takes for what is not there, or what the format says. */
export const maybe =
  <T>(format: (value: T) => string | undefined) =>
  (value: T) =>
    value === '' || value === 0 ? undefined : format(value);
export const oneOf =
  (...known: string[]) =>
  (value: string) =>
    known.includes(value) ? undefined : `one of ${known.join(', ')}`;
export const between = (least: number, most: number) => numbers(least, most, `${least} to ${most}`);
export const atLeast = (least: number) => numbers(least, Infinity, `${least} or more`);
const numbers = (least: number, most: number, expected: string) => (value: number) =>
  value >= least && value <= most ? undefined : expected;

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const PORT_NAME = /^(?!.*--)(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

export const dnsLabel = text(
  LABEL,
  63,
  'lower-case letters, digits and dashes, at most 63, a letter or digit at both ends',
);
export const dnsSubdomain = text(
  SUBDOMAIN,
  253,
  'lower-case letters, digits, dashes and dots, at most 253, a letter or digit at both ends of each part',
);
export const hostname = text(
  /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
  'a DNS name, whose first part may be *',
);
/** Part of a path in the API: all that is forbidden is what a path could not hold. */
export const pathSegment = text(/^(?!\.{1,2}$)[^/%]+$/, Infinity, 'a name without / and %');
export const labelValue = text(
  /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
  63,
  'letters, digits, -, _ and ., at most 63, a letter or digit at both ends',
);
export const portName = text(
  PORT_NAME,
  15,
  'lower-case letters, digits and dashes, at most 15, with a letter among them',
);
export const configKey = text(/^(?!\.\.?$)(?!\.\.)[-._a-zA-Z0-9]+$/, 253, 'letters, digits, -, _ and .');
export const variable = text(/^[\x20-\x3c\x3e-\x7e]+$/, Infinity, 'printable letters without =');
export const notEmpty = text(/[^]/, Infinity, 'a text that is not empty');
export const absolutePath = text(/^\//, Infinity, 'a path that begins with /');
export const hostPath = text(/^(?!(.*\/)?\.\.(\/|$))[^]/, Infinity, 'a path without ..');
export const mountPath = text(/^[^:]+$/, Infinity, 'a path without a colon');
export const searchDomain = text(
  /^(\.|[a-z0-9_]([-a-z0-9_]*[a-z0-9])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9])?)*\.?)$/,
  253,
  'a DNS name',
);
export const headerName = text(/^[-A-Za-z0-9]+$/, Infinity, 'the name of a header: letters, digits and dashes');
export const innerFile = text(
  /^(?!\/)(?!(.*\/)?\.\.(\/|$))[^]/,
  Infinity,
  'a path below the volume: neither absolute nor with ..',
);
export const innerPath = text(
  /^(?!\/)(?!(.*\/)?\.\.(\/|$))/,
  Infinity,
  'a path below the volume: neither absolute nor with ..',
);
export const imageName = text(/^\S(.*\S)?$/, Infinity, 'a reference without a space at its ends');

export const port = numbers(1, 65535, 'a port from 1 to 65535');
export const natural = numbers(0, Infinity, '0 or more');
export const positive = numbers(1, Infinity, '1 or more');
export const weight = numbers(1, 100, '1 to 100');
export const fileMode = numbers(0, 0o777, 'a mode from 0 to 0777 (octal; in JSON it is decimal: 511 at most)');
export const userId = numbers(0, 2147483647, 'a number from 0 to 2147483647');

export function qualifiedName(value: string): string | undefined {
  const slash = value.lastIndexOf('/');
  const name = value.slice(slash + 1);
  const fits =
    name.length <= 63 && QUALIFIED.test(name) && (slash < 0 || dnsSubdomain(value.slice(0, slash)) === undefined);
  return fits ? undefined : 'letters, digits, -, _ and ., at most 63; before it may stand a DNS name and a slash';
}

/** `example.com` */
export const domain = (value: string) =>
  dnsSubdomain(value) === undefined && value.includes('.') ? undefined : 'a domain, such as example.com';

/** `example.com/cleanup` */
export const domainPath = (value: string) =>
  value.includes('/') && qualifiedName(value) === undefined
    ? undefined
    : 'a name with a domain, such as example.com/name';

/** The name of a webhook is like that of a host, so that nobody else's is the same. */
export const webhookName = (value: string) =>
  dnsSubdomain(value) === undefined && value.split('.').length > 2
    ? undefined
    : 'a DNS name of three parts at least, such as pods.shop.example.com';

/** What a LimitRange limits. */
export const limitType = (value: string) =>
  /^(Pod|Container|PersistentVolumeClaim)$/.test(value) || domainPath(value) === undefined
    ? undefined
    : 'Container, Pod or PersistentVolumeClaim';

/** The key of a label or annotation. */
export const annotationKey = (value: string) => qualifiedName(value.toLowerCase());

export function ip(value: string): string | undefined {
  return isIp4(value) || (value.includes(':') && isIp6(value)) ? undefined : 'an IP address';
}

export function cidr(value: string): string | undefined {
  const [address = '', bits = '', more] = value.split('/');
  const most = address.includes(':') ? 128 : 32;
  return more === undefined && ip(address) === undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= most
    ? undefined
    : 'addresses such as 10.0.0.0/8';
}

export function clusterIp(value: string): string | undefined {
  return value === '' || value === 'None' || ip(value) === undefined ? undefined : 'an IP address, or None';
}

/** A number of pods, or a share of them. */
export function share(value: string | number): string | undefined {
  if (typeof value === 'number') return natural(value) && '0 or more, or a percentage such as 25%';
  return /^\d+%$/.test(value) ? undefined : 'a number, or a percentage such as 25%';
}

export function shareToHundred(value: string | number): string | undefined {
  return share(value) ?? (typeof value === 'string' && Number.parseInt(value, 10) > 100 ? 'at most 100%' : undefined);
}

/** A port by its number or its name. */
export function portOrName(value: string | number): string | undefined {
  return typeof value === 'number' ? port(value) : portName(value);
}

export function amount(value: string | number): string | undefined {
  // The schema has seen that it is a quantity: all that is left is its sign.
  return String(value).startsWith('-') && parseQuantity(String(value).slice(1)) !== 0 ? '0 or more' : undefined;
}

export function cron(value: string): string | undefined {
  if (/(^|\s)(CRON_)?TZ=/.test(value)) return 'a schedule without a time zone: that is spec.timeZone';
  return parseCron(value)
    ? undefined
    : 'five fields (minute, hour, day, month, weekday), such as 30 2 * * 1, or @daily';
}

export function timeZone(value: string): string | undefined {
  return isTimeZone(value) ? undefined : 'a time zone such as Europe/Berlin';
}

function isIp4(value: string): boolean {
  return (
    /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255)
  );
}

function isIp6(value: string): boolean {
  try {
    return new URL(`http://[${value}]/`).hostname !== '';
  } catch {
    return false;
  }
}

/** What a container may ask for: what Kubernetes itself gives, or what somebody's device plugin names. */
export function resourceName(value: string): string | undefined {
  const known = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(value) || value.includes('/');
  return known && qualifiedName(value) === undefined
    ? undefined
    : 'cpu, memory, ephemeral-storage, or a name with a domain, such as nvidia.com/gpu';
}

/** What a variable or a file can tell of its own pod. */
export function podField(value: string): string | undefined {
  const known =
    /^(metadata\.(name|namespace|uid|labels|annotations)|metadata\.(labels|annotations)\['[^']+'\]|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/.test(
      value,
    );
  return known
    ? undefined
    : "a field of the pod, such as metadata.name, metadata.labels['app'], spec.nodeName or status.podIP";
}

export function containerResource(value: string): string | undefined {
  return /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(value)
    ? undefined
    : 'such as limits.memory or requests.cpu';
}

/** What a quota can count: what containers ask for, and kinds of objects. */
export function quotaName(value: string): string | undefined {
  const known =
    /^((limits|requests)\.)?(cpu|memory|ephemeral-storage)$|^requests\.storage$|^hugepages-|^requests\.|^(count)\/|\//.test(
      value,
    ) ||
    /^(pods|services|services\.(nodeports|loadbalancers)|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims)$/.test(
      value,
    );
  const strange =
    /^(limits|requests)\.[^./]+$/.test(value) && !/\.(cpu|memory|storage|ephemeral-storage|hugepages-.+)$/.test(value);
  return known && !strange
    ? undefined
    : 'what a quota counts, such as pods, requests.cpu, limits.memory or count/jobs.batch';
}

export function aboveZero(value: string | number): string | undefined {
  return (parseQuantity(String(value)) ?? 0) > 0 ? undefined : 'more than 0';
}

/** `apps/v1`; the core has a version only. */
export function groupVersion(value: string): string | undefined {
  return /^([a-z0-9.-]+\/)?v\d+((alpha|beta)\d+)?$/.test(value) ? undefined : 'a group and version, such as apps/v1';
}
