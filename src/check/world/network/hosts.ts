/** A host with its port, if the port is written or the scheme has a default. */
export interface HostAddress {
  readonly host: string;
  readonly port?: number;
  /** Whether the port is only the default of the scheme. */
  readonly assumed?: boolean;
  /** Whether it is certainly an address. `web:80` may also be a user and a group, or a time. */
  readonly sure: boolean;
}

/** Schemes that programs in clusters use, with their default ports. */
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
  telnet: 23,
  h2c: 80,
  sqlserver: 1433,
  bolt: 7687,
  neo4j: 7687,
  spark: undefined,
  pulsar: undefined,
  stomp: undefined,
};
// A scheme starts at a word boundary. Otherwise the search in a long word would take quadratic time.
// A comma can separate several URLs.
const URL_AUTHORITY =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*):\/\/(?:[^\s/?#@]*@)?((?:\$\(\w+\)|(?!,[a-z0-9+.-]+:\/\/)[^\s/?#"'`<>\\;)])+)/gi;
/** A port at the end of a host. It may be a variable that Kubernetes or a shell expands. */
const PORT = /:(\d*|\$\(\w+\)|\$\{?\w+\}?)$/;
const HOST_AND_PORT = /^([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?):(\d{1,5})$/i;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The addresses in a string: every URL, and `host:port` if the string contains nothing else. */
export function addressesIn(text: string): HostAddress[] {
  const found: HostAddress[] = [];
  for (const [, scheme = '', authority = ''] of text.matchAll(URL_AUTHORITY)) {
    // A prefix such as `jdbc:` can precede the scheme. Commas separate several hosts.
    const protocol = scheme.toLowerCase().split(/[+.]/)[0]!;
    if (!Object.hasOwn(SCHEMES, protocol)) continue;
    for (const part of authority.split(',')) {
      const [ending, digits = ''] = PORT.exec(part) ?? [];
      // An SRV record contains the port.
      const own = scheme.toLowerCase().endsWith('+srv') ? undefined : SCHEMES[protocol];
      const assumed = ending === undefined || digits === '';
      found.push({ host: part.replace(PORT, ''), port: assumed ? own : portNumber(digits), assumed, sure: true });
    }
  }
  // --upstream=web:80, or several addresses separated by commas.
  for (const part of text.length > 1000 ? [] : text.replace(/^--?[\w.-]+=/, '').split(',')) {
    const [, host, port] = HOST_AND_PORT.exec(part.trim()) ?? [];
    if (host) found.push({ host, port: portNumber(port!), sure: false });
  }
  return found
    .map(({ host, ...rest }) => ({ ...rest, host: host.toLowerCase().replace(/\.$/, '') }))
    .filter(({ host }) => isName(host));
}

/** A port from 1 to 65535, or undefined. */
export function portNumber(text: string): number | undefined {
  const port = Number(text);
  return port > 0 && port <= 65_535 ? port : undefined;
}

/** Whether a string is a DNS name and not an IP address. */
export function isName(text: string): boolean {
  return NAME.test(text) && /[a-z]/.test(text) && text !== 'localhost' && !text.endsWith('.localhost');
}

/** The Service that a host names: `comments`, `comments.blog` or `comments.blog.svc.cluster.local`. */
export function serviceMeant(
  host: string,
  namespace: string,
  knowsNamespace: (name: string) => boolean,
): { name: string; namespace: string } | undefined {
  const labels = host.replace(/\.svc(\.cluster\.local)?$/, '').split('.');
  const inCluster = labels.join('.') !== host;
  if (labels.length === 1) return inCluster ? undefined : { name: host, namespace };
  const [name, other] = labels.slice(-2) as [string, string];
  // Namespaces outside the manifests are unknown. A longer name without .svc is a public DNS name, unless it is a
  // pod of a StatefulSet: kafka-0.kafka.queue.
  if (!knowsNamespace(other) || (!inCluster && labels.length > 2 && !(labels.length === 3 && /-\d+$/.test(labels[0]!))))
    return undefined;
  return { name, namespace: other };
}
