/**
 * What a well-known image serves if nothing changes its configuration. The facts are from the Dockerfile (EXPOSE, CMD) and
 * the documentation that `source` names. An entry contains only what is certain.
 */
export interface KnownServer {
  readonly source: string;
  /** The ports on which it answers HTTP or HTTPS. Empty if it speaks no HTTP at all. */
  readonly http: readonly number[];
  /** The ports of other protocols, by the name that a chart gives them. */
  readonly other?: Readonly<Record<string, number>>;
  /** The paths for health checks, and their port if it is not the first one. */
  readonly health?: { readonly live: string; readonly ready: string; readonly port?: number };
  /** The folders with its configuration. A mount there can change everything. */
  readonly config: readonly string[];
  /** The variables that change ports, paths or protocols. */
  readonly env?: RegExp;
  /** The arguments that change ports, paths or protocols. Without it, every argument that looks like that. */
  readonly args?: RegExp;
  /** The paths that it answers with an error, unless a mount in one of the folders adds content. */
  readonly notServed?: { readonly paths: RegExp; readonly unlessMounted?: readonly string[] };
  /** Paths that it answers only if an argument or a variable turns them on. */
  readonly optional?: { readonly paths: RegExp; readonly turnedOn: RegExp; readonly fix: string };
  /** What to use instead, in a sentence. */
  readonly instead?: string;
}

/** Usual paths of health checks, which servers without such a path answer with 404. */
const HEALTH_PATHS = /^\/(healthz?|livez?|readyz?|healthz?\/(live|ready|liveness|readiness)|actuator\/.*)$/;
const HUB = 'https://hub.docker.com/_/';
const PROMETHEUS = 'https://github.com/prometheus/';

/** Programs of Prometheus have flags such as `--web.listen-address` and `--web.route-prefix`. */
const ofPrometheus = (name: string, port: number, more: Partial<KnownServer> = {}): KnownServer => ({
  source: `${PROMETHEUS}${name}`,
  http: [port],
  config: [],
  args: /web\.|listen/,
  ...more,
});
const DATABASE = 'For a new database of a chart, use new Database().';

const NGINX: KnownServer = {
  source: `${HUB}nginx`,
  http: [80],
  health: { live: '/', ready: '/' },
  config: ['/etc/nginx', '/docker-entrypoint.d'],
  env: /^NGINX_/,
  notServed: { paths: HEALTH_PATHS, unlessMounted: ['/usr/share/nginx'] },
  instead: 'The image nginxinc/nginx-unprivileged listens on 8080 and needs no root.',
};
const REDIS: KnownServer = { source: `${HUB}redis`, http: [], other: { redis: 6379 }, config: ['/usr/local/etc'] };
const MYSQL: KnownServer = {
  source: `${HUB}mysql`,
  http: [],
  other: { mysql: 3306, mysqlx: 33060 },
  config: ['/etc/mysql', '/etc/my.cnf', '/etc/my.cnf.d', '/docker-entrypoint-initdb.d'],
  env: /TCP_PORT|^MYSQLD_/,
  instead: DATABASE,
};
const GRAFANA: KnownServer = {
  source: 'https://grafana.com/docs/grafana/latest/setup-grafana/configure-docker/',
  http: [3000],
  health: { live: '/api/health', ready: '/api/health' },
  config: ['/etc/grafana'],
  env: /^GF_(SERVER|PATHS|DEFAULT)/,
};
const ELASTICSEARCH: KnownServer = {
  source: `${HUB}elasticsearch`,
  http: [9200],
  other: { transport: 9300 },
  config: ['/usr/share/elasticsearch/config'],
  env: /^(ES_SETTING_|http|transport|network)|port/i,
};
const KEYCLOAK: KnownServer = {
  source: 'https://www.keycloak.org/observability/health',
  http: [8080, 8443, 9000],
  health: { live: '/health/live', ready: '/health/ready', port: 9000 },
  config: ['/opt/keycloak/conf'],
  other: { jgroups: 7800, 'jgroups-fd': 57800 },
  env: /^KC_(HTTP_(?!ENABLED)|HTTPS_PORT|CONFIG|LEGACY)/,
  args: /http|port|conf|legacy/,
  notServed: { paths: /^\/(healthz|livez|readyz)(\/.*)?$/ },
  optional: {
    paths: /^\/health(\/|$)/,
    turnedOn: /health-enabled|optimized|KC_HEALTH_ENABLED/,
    fix: "Set the variable KC_HEALTH_ENABLED to 'true'.",
  },
};
const MINIO: KnownServer = {
  source: 'https://github.com/minio/minio',
  http: [9000],
  health: { live: '/minio/health/live', ready: '/minio/health/ready' },
  config: ['/etc/default/minio'],
  env: /^MINIO_(ADDRESS|CONSOLE|OPTS|CONFIG)/,
  args: /address|ftp|config/,
  notServed: { paths: HEALTH_PATHS },
};

/** By the name of the repository, as a manifest can write it after `docker.io/library/` is removed. */
const SERVERS: Readonly<Record<string, KnownServer>> = {
  nginx: NGINX,
  'nginxinc/nginx-unprivileged': {
    ...NGINX,
    source: 'https://github.com/nginx/docker-nginx-unprivileged',
    http: [8080],
    instead: undefined,
  },
  httpd: {
    source: `${HUB}httpd`,
    http: [80],
    health: { live: '/', ready: '/' },
    config: ['/usr/local/apache2/conf'],
    notServed: { paths: HEALTH_PATHS, unlessMounted: ['/usr/local/apache2/htdocs'] },
  },
  caddy: { source: `${HUB}caddy`, http: [80], health: { live: '/', ready: '/' }, config: ['/etc/caddy', '/config'] },
  traefik: {
    source: 'https://doc.traefik.io/traefik/reference/install-configuration/observability/healthcheck/',
    http: [80, 443, 8080],
    config: ['/etc/traefik', '/config'],
    env: /^TRAEFIK_/,
    optional: {
      paths: /^\/ping$/,
      turnedOn: /ping|file|TRAEFIK_/i,
      fix: 'Add the argument --ping.',
    },
  },
  redis: REDIS,
  'valkey/valkey': { ...REDIS, source: 'https://hub.docker.com/r/valkey/valkey', other: { valkey: 6379 } },
  memcached: { source: `${HUB}memcached`, http: [], other: { memcached: 11211 }, config: [] },
  postgres: {
    source: `${HUB}postgres`,
    http: [],
    other: { postgres: 5432 },
    config: ['/etc/postgresql', '/docker-entrypoint-initdb.d'],
    env: /^PGPORT$/,
    instead: DATABASE,
  },
  mysql: MYSQL,
  mariadb: { ...MYSQL, source: `${HUB}mariadb`, other: { mysql: 3306 } },
  mongo: {
    source: `${HUB}mongo`,
    http: [],
    other: { mongodb: 27017 },
    config: ['/etc/mongo', '/etc/mongod.conf', '/docker-entrypoint-initdb.d'],
  },
  rabbitmq: {
    source: `${HUB}rabbitmq`,
    // The tags with `management` add 15672.
    http: [15692],
    other: { amqp: 5672, clustering: 25672, epmd: 4369 },
    config: ['/etc/rabbitmq', '/plugins', '/opt/rabbitmq'],
    env: /^RABBITMQ_(?!DEFAULT_)/,
  },
  nats: {
    source: `${HUB}nats`,
    http: [8222],
    other: { nats: 4222, cluster: 6222 },
    health: { live: '/healthz', ready: '/healthz' },
    config: ['/nats-server.conf', '/etc/nats', '/etc/nats-config'],
    args: /./,
  },
  'grafana/grafana': GRAFANA,
  'grafana/grafana-oss': GRAFANA,
  'grafana/grafana-enterprise': GRAFANA,
  'grafana/loki': {
    source: 'https://grafana.com/docs/loki/latest/reference/loki-http-api/',
    http: [3100],
    other: { grpc: 9095, memberlist: 7946 },
    health: { live: '/ready', ready: '/ready' },
    config: ['/etc/loki'],
    notServed: { paths: /^\/(healthz?|livez?|readyz)(\/.*)?$/ },
  },
  'prom/prometheus': ofPrometheus('prometheus', 9090, {
    health: { live: '/-/healthy', ready: '/-/ready' },
    notServed: { paths: HEALTH_PATHS },
  }),
  'prom/alertmanager': ofPrometheus('alertmanager', 9093, {
    other: { cluster: 9094 },
    health: { live: '/-/healthy', ready: '/-/ready' },
    notServed: { paths: HEALTH_PATHS },
  }),
  'prom/pushgateway': ofPrometheus('pushgateway', 9091, {
    health: { live: '/-/healthy', ready: '/-/ready' },
    notServed: { paths: HEALTH_PATHS },
  }),
  'prom/node-exporter': ofPrometheus('node_exporter', 9100, { health: { live: '/', ready: '/' } }),
  'prom/blackbox-exporter': ofPrometheus('blackbox_exporter', 9115, {
    health: { live: '/-/healthy', ready: '/-/healthy' },
  }),
  'jaegertracing/all-in-one': {
    source: 'https://www.jaegertracing.io/docs/1.76/deployment/',
    http: [16686, 16687, 14268, 14269, 14271, 4318, 5778, 9411],
    other: { 'otlp-grpc': 4317, grpc: 14250, query: 16685 },
    health: { live: '/', ready: '/', port: 14269 },
    config: ['/etc/jaeger'],
    env: /PORT|ADDR|COLLECTOR|QUERY|ADMIN|AGENT|SAMPLING|JAEGER|CONFIG/,
  },
  'minio/minio': MINIO,
  elasticsearch: ELASTICSEARCH,
  'docker.elastic.co/elasticsearch/elasticsearch': ELASTICSEARCH,
  'keycloak/keycloak': KEYCLOAK,
  mailhog: {
    source: 'https://github.com/mailhog/MailHog',
    http: [8025],
    other: { smtp: 1025 },
    config: [],
    env: /^MH_/,
  },
  'axllent/mailpit': {
    source: 'https://mailpit.axllent.org/docs/configuration/runtime-options/',
    http: [8025],
    other: { smtp: 1025, pop3: 1110 },
    health: { live: '/livez', ready: '/readyz' },
    config: [],
    env: /^MP_/,
  },
};

/** Other names of these repositories. */
const ALIASES: Readonly<Record<string, string>> = {
  'quay.io/prometheus/prometheus': 'prom/prometheus',
  'quay.io/prometheus/alertmanager': 'prom/alertmanager',
  'quay.io/prometheus/pushgateway': 'prom/pushgateway',
  'quay.io/prometheus/node-exporter': 'prom/node-exporter',
  'quay.io/prometheus/blackbox-exporter': 'prom/blackbox-exporter',
  'quay.io/keycloak/keycloak': 'keycloak/keycloak',
  'quay.io/minio/minio': 'minio/minio',
  'mailhog/mailhog': 'mailhog',
};

/** Registries that contain the official images of Docker Hub under the same name. */
const HUBS = /^((index\.)?docker\.io|registry-1\.docker\.io|mirror\.gcr\.io|public\.ecr\.aws\/docker)\//;

/** What an image serves by default, if that is known. Images of other registries with the same name can differ. */
export function knownServer(reference: string): (KnownServer & { readonly name: string }) | undefined {
  const [, path = '', tag] = /^([^@]*?)(?::([\w.-]+))?(?:@.*)?$/.exec(reference) ?? [];
  const name = path.replace(HUBS, '').replace(/^library\//, '');
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
  const server = Object.hasOwn(SERVERS, known) ? SERVERS[known] : undefined;
  return server && ofTag(known, server, tag);
}

/** What depends on the version or the variant. Undefined if the tag does not say it. */
function ofTag(
  name: string,
  server: KnownServer,
  tag: string | undefined,
): (KnownServer & { name: string }) | undefined {
  const major = Number(/^v?(\d+)(\D|$)/.exec(tag ?? '')?.[1]);
  if (name === 'rabbitmq') {
    if (tag === undefined) return undefined;
    const hasManagement = tag.includes('management');
    return {
      ...server,
      name,
      http: hasManagement ? [15672, ...server.http] : server.http,
      ...(!hasManagement && { instead: 'The tags with -management also serve HTTP on 15672.' }),
    };
  }
  // Older versions have the health checks on the port of requests, or none.
  if (name === 'keycloak/keycloak' && !(major >= 25)) return undefined;
  // Older versions have an HTTP interface.
  if (name === 'mongo' && major < 4) return undefined;
  return { ...server, name };
}
