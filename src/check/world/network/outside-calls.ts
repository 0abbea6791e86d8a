import type { FieldPath } from '../../../k8s/objects';
import { containerTexts, type ContainerText } from './container-texts';
import { addressesIn } from './hosts';
import { portVariables } from './labels';
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
  HOSTNAME DOMAIN INSTANCE EDITOR CALLBACK REDIRECT RETURN SUCCESS CANCEL LOGIN LOGOUT SIGNIN SIGNUP SSO SAML IDP
  AUTHORIZE AUTHORIZATION CONSENT NEXTAUTH VERIFY VERIFICATION RESET INVITE INVITATION CONFIRM CONFIRMATION ACTIVATION
  UNSUBSCRIBE ISSUER ISSUERS AUDIENCE AUTHORITY REALM ENTITY ORIGIN ORIGINS CORS CSP ALLOW ALLOWED TRUSTED WHITELIST
  REFERER REFERRER SCHEMA NAMESPACE XMLNS DOC DOCS DOCUMENTATION SWAGGER OPENAPI MANUAL GUIDE FAQ HELP HOME HOMEPAGE
  ABOUT BLOG FORUM COMMUNITY NEWS STATUS LINK TERMS PRIVACY SUPPORT CONTACT FEEDBACK BADGE LOGO ICON FAVICON IMAGE
  PICTURE PHOTO VIDEO AVATAR BANNER FONT CSS JS WIDGET EMBED IFRAME TILE TILES ASSET ASSETS CDN STATIC SHARE DASHBOARD
  CONSOLE UI REPO REPOSITORY SOURCE VITE REACT NUXT GATSBY EXPO VUE PROXY`.split(/\s+/),
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
  const { name } = pods.manifest.object.metadata;
  const own = wordsOf(name);
  const seen = new Set<string>();
  for (const at of containersOf(pods)) {
    if (usesProxy(at)) continue;
    for (const text of containerTexts(at)) {
      // Every public name has a dot. This saves the work for most texts.
      if (!text.text.includes('.')) continue;
      for (const { host, port } of addressesCalled(text, at, own)) {
        const isOwn = isPublished(world, host) || host.split('.')[0] === name;
        if (!isPublicHost(host) || aliases.has(host) || isOwn || seen.has(`${host}:${port}`)) continue;
        seen.add(`${host}:${port}`);
        yield { field: text.field, host, port };
      }
    }
  }
}

function addressesCalled(
  { text, label }: ContainerText,
  at: ContainerAt,
  own: readonly string[],
): readonly Pick<OutsideCall, 'host' | 'port'>[] {
  const words = wordsOf(label);
  if (words.some((word) => SHOWN.has(word))) return [];
  const address = text.replace(/^--?[\w.-]+=/, '').trim();
  const last = words.at(-1) ?? '';
  // `APP_URL`, and `MINIO_SERVER_URL` of a program with that name.
  const isOwn =
    words.every((word) => GENERIC.has(word)) ||
    (own.every((word) => words.includes(word)) && words.every((word) => GENERIC.has(word) || own.includes(word)));
  const isCalled = ADDRESSES.has(last) && words.at(-2) !== 'AUTH' && !isOwn;
  // Web addresses are also written for people.
  if (/^[a-z][a-z0-9+.:-]*:\/\/\S+$/i.test(address))
    return isCalled || !/^https?:/i.test(address) ? addressesIn(address) : [];
  if (!isCalled) return [];
  if (/^[\w.-]+:\d+(,[\w.-]+:\d+)*$/.test(address)) return addressesIn(address);
  if (!last.endsWith('HOST')) return [];
  // A host alone is an address to call if another variable holds its port, or if only programs call such servers.
  const port = portVariables(listOf(at.container.env).map(({ name, value }) => [name, value] as const)).get(
    label.replace(/HOST$/i, 'PORT'),
  );
  return port !== undefined || words.some((word) => SERVERS.has(word)) ? [{ host: address.toLowerCase(), port }] : [];
}

/** The words of a name: `S3_URL`, `s3Url`, `spring.datasource.url`. */
function wordsOf(label: string): string[] {
  return label
    .replace(/[a-z](?=[A-Z])|\d(?=[A-Z][a-z])/g, '$&_')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter(Boolean);
}

/** Whether a container sends its requests through a proxy, as far as its variables and arguments say so. */
function usesProxy({ container }: ContainerAt): boolean {
  return (
    listOf(container.env).some(
      ({ name, value }) =>
        (isText(name) && /(^|_)PROXY(_|$)/i.test(name)) || (isText(value) && /proxyHost/i.test(value)),
    ) ||
    listOf(container.envFrom).some(({ configMapRef, secretRef }) =>
      /proxy/i.test(`${configMapRef?.name} ${secretRef?.name}`),
    ) ||
    [...listOf(container.command), ...listOf(container.args)].some((word) => isText(word) && /proxy/i.test(word))
  );
}
