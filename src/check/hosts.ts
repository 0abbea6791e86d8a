const SCHEMES = new Set([
  'http', 'https', 'ws', 'wss', 'tcp', 'udp', 'tls', 'grpc', 'grpcs', 'postgres', 'postgresql', 'mysql', 'mariadb', 'mongodb', 'redis', 'rediss', 'amqp', 'amqps',
  'nats', 'kafka', 'memcached', 'smtp', 'smtps', 'ldap', 'ldaps', 'ftp', 'ssh', 'mqtt', 'mqtts', 'clickhouse', 'cassandra', 'etcd', 'zookeeper',
]);
// A scheme is looked for only where a word begins: a long text of letters would be read again from each of them.
// The next of several URLs, after a comma, is not a part of this one.
const URL_AUTHORITY = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*):\/\/(?:[^\s/?#@]*@)?((?:(?!,[a-z0-9+.-]+:\/\/)[^\s/?#"'`<>\\])+)/gi;
/** A port at the end of a host; Kubernetes or a shell may yet have to fill it in. */
const PORT = /:(\d*|\$\(\w+\)|\$\{?\w+\}?)$/;
const HOST_AND_PORT = /^([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?):\d{1,5}$/;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The hosts that a text names: of every URL in it, or of a `host:port` that is the whole text. */
export function hostsIn(text: string): string[] {
  const hosts: string[] = [];
  for (const [, scheme = '', authority = ''] of text.matchAll(URL_AUTHORITY)) {
    // A prefix such as jdbc: stands before the scheme that tells the protocol; several hosts stand between commas.
    if (!SCHEMES.has(scheme.toLowerCase().split(/[+.]/)[0]!)) continue;
    hosts.push(...authority.split(',').map((part) => part.replace(PORT, '')));
  }
  const [, host] = HOST_AND_PORT.exec(text.replace(/^--?[\w.-]+=/, '')) ?? [];
  if (host) hosts.push(host);
  return hosts.map((name) => name.toLowerCase().replace(/\.$/, '')).filter(isName);
}

/** Whether a text that stands alone is a name and no address. */
export function isName(text: string): boolean {
  return NAME.test(text) && /[a-z]/.test(text) && text !== 'localhost' && !text.endsWith('.localhost');
}

/** The Service a host means, when it means one in the cluster: `comments`, `comments.blog`, `comments.blog.svc.cluster.local`. */
export function serviceMeant(host: string, namespace: string, knowsNamespace: (name: string) => boolean): { name: string; namespace: string } | undefined {
  const labels = host.replace(/\.svc(\.cluster\.local)?$/, '').split('.');
  const inCluster = labels.join('.') !== host;
  if (labels.length === 1) return inCluster ? undefined : { name: host, namespace };
  const [name, other] = labels.slice(-2) as [string, string];
  // Of a namespace that is not among the manifests nothing is known. Without .svc a longer name is one of the
  // internet, whose last part may well be dev or app; but for a pod of a StatefulSet: kafka-0.kafka.queue.
  if (!knowsNamespace(other) || (!inCluster && labels.length > 2 && !(labels.length === 3 && /-\d+$/.test(labels[0]!)))) return undefined;
  return { name, namespace: other };
}
