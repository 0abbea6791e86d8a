import type { FieldPath } from '../../../k8s/objects';
import { portVariables, textsOf, type Text } from './calls';
import { addressesIn } from './hosts';
import { isPublicHost, isPublished } from './public-hosts';
import { containersOf, isText, listOf, type ContainerAt, type Pods, type World } from '../world';

/** A variable or an argument with the address of a host outside the cluster that the program calls. */
export interface OutsideCall {
  readonly field: FieldPath;
  readonly host: string;
  readonly port?: number;
}

/** The last word of the names of variables and flags with an address to call. */
const ADDRESSES = new Set(
  'URL URLS URI URIS ENDPOINT ENDPOINTS SERVER SERVERS BROKER BROKERS UPSTREAM BACKEND TARGET DSN WEBHOOK API ADDR ADDRESS HOST PGHOST'.split(
    ' ',
  ),
);
/** Words in the names of addresses that a program only shows, compares or sends to a browser. */
const SHOWN = new Set(
  `PUBLIC EXTERNAL EXTERNALLY FRONTEND BROWSER CLIENT SITE PAGE WEBSITE VIRTUAL LETSENCRYPT ROOT CANONICAL SELF OWN
  CALLBACK REDIRECT RETURN SUCCESS CANCEL LOGIN LOGOUT SIGNIN SIGNUP AUTHORIZE AUTHORIZATION CONSENT NEXTAUTH
  ISSUER ISSUERS AUDIENCE AUTHORITY REALM ENTITY ORIGIN ORIGINS CORS CSP ALLOW ALLOWED TRUSTED WHITELIST REFERER REFERRER
  SCHEMA NAMESPACE XMLNS DOC DOCS DOCUMENTATION HELP HOME HOMEPAGE LINK TERMS PRIVACY SUPPORT CONTACT FEEDBACK BADGE
  LOGO ICON FAVICON IMAGE AVATAR ASSET ASSETS CDN STATIC SHARE DASHBOARD CONSOLE UI REPO REPOSITORY SOURCE
  VITE REACT NUXT GATSBY EXPO VUE PROXY`.split(/\s+/),
);
/** Words that say nothing about the host. An address with only these is the address of the program itself. */
const GENERIC = new Set(
  'APP APPLICATION BASE SERVER SERVICE WEB URL URI HOST ADDRESS DOMAIN HTTP HTTPS AUTH MY'.split(' '),
);
/** Words in the names of hosts that people do not open in a browser. */
const SERVERS = new Set(
  'DB DATABASE PGHOST POSTGRES POSTGRESQL MYSQL MARIADB REDIS MONGO MONGODB SMTP MAIL RABBITMQ AMQP KAFKA'.split(' '),
);

/** The calls of pods to hosts outside the cluster, each host and port once. In doubt, an address is no call. */
export function* outsideCallsOf(world: World, pods: Pods): Generator<OutsideCall> {
  // NetworkPolicies do not apply to pods in the network of their node.
  if (pods.spec.hostNetwork) return;
  const aliases = new Set(listOf(pods.spec.hostAliases).flatMap(({ hostnames }) => listOf(hostnames)));
  const seen = new Set<string>();
  for (const at of containersOf(pods)) {
    if (usesProxy(at)) continue;
    for (const text of textsOf(at)) {
      for (const { host, port } of addressesCalled(text, at)) {
        const isOwn = isPublished(world, host) || host.split('.')[0] === pods.manifest.object.metadata.name;
        if (!isPublicHost(host) || aliases.has(host) || isOwn || seen.has(`${host}:${port}`)) continue;
        seen.add(`${host}:${port}`);
        yield { field: text.field, host, port };
      }
    }
  }
}

function addressesCalled({ text, label }: Text, at: ContainerAt): readonly Pick<OutsideCall, 'host' | 'port'>[] {
  const words = wordsOf(label);
  if (words.some((word) => SHOWN.has(word))) return [];
  const value = text.replace(/^--?[\w.-]+=/, '').trim();
  // Web addresses are also written for people.
  if (/^[a-z][a-z0-9+.:-]*:\/\/\S+$/i.test(value))
    return isCalled(words) || !/^https?:/i.test(value) ? addressesIn(value) : [];
  if (!isCalled(words)) return [];
  if (/^[\w.-]+:\d+(,[\w.-]+:\d+)*$/.test(value)) return addressesIn(value);
  if (!/HOST$/.test(words.at(-1)!)) return [];
  // A host alone is an address to call if another variable holds its port, or if only programs call such servers.
  const port = portVariables(at).get(label.replace(/HOST$/i, 'PORT'));
  return port !== undefined || words.some((word) => SERVERS.has(word)) ? [{ host: value.toLowerCase(), port }] : [];
}

function isCalled(words: readonly string[]): boolean {
  return ADDRESSES.has(words.at(-1) ?? '') && words.some((word) => !GENERIC.has(word)) && words.at(-2) !== 'AUTH';
}

/** The words of a name: `S3_URL`, `s3Url`, `spring.datasource.url`. */
function wordsOf(label: string): string[] {
  return label
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter(Boolean);
}

/** Whether a container sends its requests through a proxy, as far as its variables and arguments say so. */
function usesProxy({ container }: ContainerAt): boolean {
  return (
    listOf(container.env).some(
      ({ name, value }) => /(^|_)PROXY(_|$)/i.test(String(name)) || (isText(value) && /proxyHost/i.test(value)),
    ) ||
    listOf(container.envFrom).some(({ configMapRef, secretRef }) =>
      /proxy/i.test(`${configMapRef?.name} ${secretRef?.name}`),
    ) ||
    [...listOf(container.command), ...listOf(container.args)].some((word) => /proxy/i.test(String(word)))
  );
}
