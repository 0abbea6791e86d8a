/** What a text calls: a host, and the port where one stands or the scheme has one of its own. */
export interface Address {
  readonly host: string;
  readonly port?: number;
  /** Whether it can be nothing else; `web:80` may also be a user and a group, or a time. */
  readonly sure: boolean;
}

/** Schemes of what runs in clusters, with the port that stands for none, where every program agrees on it. */
const SCHEMES: Readonly<Record<string, number | undefined>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  mongodb: 27017,
  tcp: undefined,
  udp: undefined,
  tls: undefined,
  grpc: undefined,
  grpcs: undefined,
  nats: undefined,
  kafka: undefined,
  memcached: undefined,
  smtp: undefined,
  smtps: undefined,
  ldap: undefined,
  ldaps: undefined,
  ftp: undefined,
  ssh: undefined,
  mqtt: undefined,
  mqtts: undefined,
  clickhouse: undefined,
  cassandra: undefined,
  etcd: undefined,
  zookeeper: undefined,
};
// A scheme is looked for only where a word begins: a long text of letters would be read again from each of them.
// The next of several URLs, after a comma, is not a part of this one.
const URL_AUTHORITY =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*):\/\/(?:[^\s/?#@]*@)?((?:\$\(\w+\)|(?!,[a-z0-9+.-]+:\/\/)[^\s/?#"'`<>\\;)])+)/gi;
/** A port at the end of a host; Kubernetes or a shell may yet have to fill it in. */
const PORT = /:(\d*|\$\(\w+\)|\$\{?\w+\}?)$/;
const HOST_AND_PORT = /^([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?):(\d{1,5})$/i;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What a text calls: every URL in it, and each `host:port` where the whole text is nothing else. */
export function addressesIn(text: string): Address[] {
  const found: Address[] = [];
  for (const [, scheme = '', authority = ''] of text.matchAll(URL_AUTHORITY)) {
    // A prefix such as jdbc: stands before the scheme that tells the protocol; several hosts stand between commas.
    const protocol = scheme.toLowerCase().split(/[+.]/)[0]!;
    if (!Object.hasOwn(SCHEMES, protocol)) continue;
    for (const part of authority.split(',')) {
      const [ending, digits = ''] = PORT.exec(part) ?? [];
      // What is looked up by SRV records has its port there.
      const own = scheme.toLowerCase().endsWith('+srv') ? undefined : SCHEMES[protocol];
      found.push({
        host: part.replace(PORT, ''),
        port: ending === undefined || digits === '' ? own : number(digits),
        sure: true,
      });
    }
  }
  // --upstream=web:80, or several between commas.
  for (const part of text.length > 1000 ? [] : text.replace(/^--?[\w.-]+=/, '').split(',')) {
    const [, host, port] = HOST_AND_PORT.exec(part.trim()) ?? [];
    if (host) found.push({ host, port: number(port!), sure: false });
  }
  return found
    .map(({ host, ...rest }) => ({ ...rest, host: host.toLowerCase().replace(/\.$/, '') }))
    .filter(({ host }) => isName(host));
}

function number(text: string): number | undefined {
  const port = Number(text);
  return port > 0 && port <= 65_535 ? port : undefined;
}

/** Whether a text that stands alone is a name and no address. */
export function isName(text: string): boolean {
  return NAME.test(text) && /[a-z]/.test(text) && text !== 'localhost' && !text.endsWith('.localhost');
}

/** The Service a host means, when it means one in the cluster: `comments`, `comments.blog`, `comments.blog.svc.cluster.local`. */
export function serviceMeant(
  host: string,
  namespace: string,
  knowsNamespace: (name: string) => boolean,
): { name: string; namespace: string } | undefined {
  const labels = host.replace(/\.svc(\.cluster\.local)?$/, '').split('.');
  const inCluster = labels.join('.') !== host;
  if (labels.length === 1) return inCluster ? undefined : { name: host, namespace };
  const [name, other] = labels.slice(-2) as [string, string];
  // Of a namespace that is not among the manifests nothing is known. Without .svc a longer name is one of the
  // internet, whose last part may well be dev or app; but for a pod of a StatefulSet: kafka-0.kafka.queue.
  if (!knowsNamespace(other) || (!inCluster && labels.length > 2 && !(labels.length === 3 && /-\d+$/.test(labels[0]!))))
    return undefined;
  return { name, namespace: other };
}
