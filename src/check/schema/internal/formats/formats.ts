import { parseCron } from '../../../../k8s/cron';
import { parseQuantity } from '../../../../k8s/quantity';
import { isTimeZone } from '../../../../k8s/time-zone';

/** Checks a string or number of the right type. Returns undefined if it is valid, or the expected value as text. */
export type Format = (value: never) => string | undefined;

const text = (pattern: RegExp, longest: number, expected: string) => (value: string) =>
  value.length <= longest && pattern.test(value) ? undefined : expected;
/** Accepts an empty value, which the API server reads as missing, or the format. */
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
  'at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends',
);
export const dnsSubdomain = text(
  SUBDOMAIN,
  253,
  'at most 253 lower-case letters, digits, dashes and dots, with a letter or digit at both ends of each part',
);
export const hostname = text(
  /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
  'a DNS name, optionally with * as the first part',
);
/** A part of an API path. */
export const pathSegment = text(/^(?!\.{1,2}$)[^/%]+$/, Infinity, 'a name without / and %');
export const labelValue = text(
  /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
  63,
  'at most 63 letters, digits, -, _ and ., with a letter or digit at both ends',
);
export const portName = text(
  PORT_NAME,
  15,
  'at most 15 lower-case letters, digits and dashes, with at least one letter',
);
export const configKey = text(/^(?!\.\.?$)(?!\.\.)[-._a-zA-Z0-9]+$/, 253, 'letters, digits, -, _ and .');
export const environmentName = text(/^[\x20-\x3c\x3e-\x7e]+$/, Infinity, 'printable ASCII characters without =');
export const notEmpty = text(/[^]/, Infinity, 'a string that is not empty');
export const absolutePath = text(/^\//, Infinity, 'a path that starts with /');
export const nodePath = text(/^(?!(.*\/)?\.\.(\/|$))[^]/, Infinity, 'a path without ..');
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
  'a relative path inside the volume, without ..',
);
export const innerPath = text(
  /^(?!\/)(?!(.*\/)?\.\.(\/|$))/,
  Infinity,
  'a relative path inside the volume, without ..',
);
export const imageName = text(/^\S(.*\S)?$/, Infinity, 'a reference without spaces at its ends');

export const port = numbers(1, 65535, 'a port from 1 to 65535');
export const natural = numbers(0, Infinity, '0 or more');
export const positive = numbers(1, Infinity, '1 or more');
export const weight = numbers(1, 100, '1 to 100');
export const fileMode = numbers(0, 0o777, 'a mode from 0 to 0777 (octal), or from 0 to 511 (decimal)');
export const userId = numbers(0, 2147483647, 'a number from 0 to 2147483647');

export function qualifiedName(value: string): string | undefined {
  const slash = value.lastIndexOf('/');
  const name = value.slice(slash + 1);
  const fits =
    name.length <= 63 && QUALIFIED.test(name) && (slash < 0 || dnsSubdomain(value.slice(0, slash)) === undefined);
  return fits ? undefined : 'at most 63 letters, digits, -, _ and ., optionally after a DNS name and a slash';
}

/** `example.com` */
export const domain = (value: string) =>
  dnsSubdomain(value) === undefined && value.includes('.') ? undefined : 'a domain, such as example.com';

/** `example.com/cleanup`. The path after the domain may have several parts. */
export function domainPath(value: string): string | undefined {
  const slash = value.indexOf('/');
  const fits =
    slash > 0 &&
    dnsSubdomain(value.slice(0, slash)) === undefined &&
    /^[\w/.~%!$&'()*+,;=:-]+$/.test(value.slice(slash + 1));
  return fits ? undefined : 'a name with a domain, such as example.com/name';
}

/** The name of a webhook is a domain name with at least three parts, so that it is globally unique. */
export const webhookName = (value: string) =>
  dnsSubdomain(value) === undefined && value.split('.').length > 2
    ? undefined
    : 'a DNS name with at least three parts, such as pods.shop.example.com';

/** The type of a limit in a LimitRange. */
export const limitType = (value: string) =>
  /^(Pod|Container|PersistentVolumeClaim)$/.test(value) || (value.includes('/') && qualifiedName(value) === undefined)
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
    : 'an address range such as 10.0.0.0/8';
}

export function clusterIp(value: string): string | undefined {
  return value === '' || value === 'None' || ip(value) === undefined ? undefined : 'an IP address or None';
}

/** A number of pods, or a percentage. */
export function share(value: string | number): string | undefined {
  if (typeof value === 'number') return natural(value) && '0 or more, or a percentage such as 25%';
  return /^\d+%$/.test(value) ? undefined : 'a number, or a percentage such as 25%';
}

export function shareToHundred(value: string | number): string | undefined {
  return share(value) ?? (typeof value === 'string' && Number.parseInt(value, 10) > 100 ? 'at most 100%' : undefined);
}

/** The number or the name of a port. */
export function portOrName(value: string | number): string | undefined {
  return typeof value === 'number' ? port(value) : portName(value);
}

export function amount(value: string | number): string | undefined {
  // The schema checks that it is a quantity. Here only the sign is left.
  return String(value).startsWith('-') && parseQuantity(String(value).slice(1)) !== 0 ? '0 or more' : undefined;
}

export function cron(value: string): string | undefined {
  if (/(^|\s)(CRON_)?TZ=/.test(value)) return 'a schedule without a time zone, which belongs in spec.timeZone';
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

/** A resource that a container can request: one of Kubernetes, or one of a device plugin. */
export function resourceName(value: string): string | undefined {
  const known = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(value) || value.includes('/');
  return known && qualifiedName(value) === undefined
    ? undefined
    : 'cpu, memory, ephemeral-storage, or a name with a domain, such as nvidia.com/gpu';
}

/** A field of the pod that a variable or a file can contain. */
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
    : 'a resource field such as limits.memory or requests.cpu';
}

/** A resource that a quota can limit: a resource of containers, or a number of objects. */
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
    : 'a resource of a quota, such as pods, requests.cpu, limits.memory or count/jobs.batch';
}

export function aboveZero(value: string | number): string | undefined {
  return (parseQuantity(String(value)) ?? 0) > 0 ? undefined : 'more than 0';
}

/** A group and version such as `apps/v1`. The core group has only a version. */
export function groupVersion(value: string): string | undefined {
  return /^([a-z0-9.-]+\/)?v\d+((alpha|beta)\d+)?$/.test(value) ? undefined : 'a group and version, such as apps/v1';
}
