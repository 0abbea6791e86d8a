import { own } from '../../basics/own';
import type { DatabaseEngine } from '../../constructs/database/options';

/** Facts about an image, from its documentation and its Dockerfile. */
export interface KnownImage {
  /** The port on which it serves HTTP. */
  readonly http?: number;
  /** Its other ports, by name. */
  readonly ports?: Readonly<Record<string, number>>;
  /** The user that it is made for. Without one it runs as root or as any user. */
  readonly user?: number;
  /** The user of the Alpine image, if it is different. */
  readonly alpineUser?: number;
  /** The folders that it writes to, apart from its volumes. */
  readonly writable?: readonly string[];
  /** The database engine, if a `Database` can run it. */
  readonly engine?: DatabaseEngine;
  /** What to use in a cluster instead. */
  readonly instead?: string;
}

const CONTROLLER = 'The ingress controller of the cluster does this. The Gateway of the chart has the routes.';
const PORTAINER = 'It manages Docker. In the cluster, use kubectl.';
const SQL = { user: 999, ports: { mysql: 3306 } };

const IMAGES: Readonly<Record<string, KnownImage>> = {
  postgres: { engine: 'postgres', ports: { postgres: 5432 } },
  mysql: { ...SQL, engine: 'mysql', writable: ['/tmp', '/var/run/mysqld', '/var/lib/mysql-files'] },
  mariadb: { ...SQL, engine: 'mariadb', writable: ['/tmp', '/run/mysqld'] },
  mongo: { user: 999, ports: { mongodb: 27017 } },
  redis: { user: 999, ports: { redis: 6379 } },
  valkey: { user: 999, ports: { valkey: 6379 } },
  memcached: { user: 11211, ports: { memcached: 11211 } },
  rabbitmq: { user: 999, alpineUser: 100, ports: { amqp: 5672, management: 15672 } },
  nats: { ports: { nats: 4222, monitor: 8222 } },
  kafka: {
    user: 1000,
    ports: { kafka: 9092 },
    writable: ['/tmp', '/opt/kafka/config', '/opt/kafka/logs', '/mnt/shared/config'],
  },
  zookeeper: { user: 1000, ports: { zookeeper: 2181 } },
  'eclipse-mosquitto': { user: 1883, ports: { mqtt: 1883 } },
  elasticsearch: {
    user: 1000,
    http: 9200,
    ports: { transport: 9300 },
    writable: ['/tmp', '/usr/share/elasticsearch/logs'],
  },
  opensearch: { user: 1000, http: 9200 },
  meilisearch: { http: 7700 },
  minio: { http: 9000, ports: { console: 9001 } },
  nginx: { http: 80, user: 101, writable: ['/tmp', '/var/cache/nginx', '/var/run'] },
  'nginx-unprivileged': { http: 8080, user: 101 },
  httpd: { http: 80, user: 33, alpineUser: 82, writable: ['/tmp', '/usr/local/apache2/logs'] },
  caddy: { http: 80, writable: ['/tmp', '/config', '/data'] },
  wordpress: { http: 80, user: 33, alpineUser: 82, writable: ['/tmp', '/var/run/apache2'] },
  ghost: { http: 2368, user: 1000 },
  nextcloud: { http: 80, user: 33, alpineUser: 82, writable: ['/tmp', '/var/run/apache2'] },
  adminer: { http: 8080 },
  phpmyadmin: {
    http: 80,
    user: 33,
    alpineUser: 82,
    writable: ['/tmp', '/var/run/apache2', '/etc/phpmyadmin', '/sessions'],
  },
  grafana: { http: 3000, user: 472 },
  prometheus: { http: 9090, user: 65534 },
  keycloak: { http: 8080, user: 1000 },
  mailhog: { http: 8025, ports: { smtp: 1025 } },
  mailpit: { http: 8025, ports: { smtp: 1025 } },
  jaeger: { http: 16686, ports: { 'otlp-grpc': 4317, 'otlp-http': 4318 } },
  vault: { http: 8200, user: 100 },
  consul: { http: 8500, user: 100 },
  traefik: { instead: CONTROLLER },
  'nginx-proxy': { instead: CONTROLLER },
  portainer: { instead: PORTAINER },
  'portainer-ce': { instead: PORTAINER },
  watchtower: {
    instead: 'It replaces running containers with newer images. In the cluster, change the tag in the chart.',
  },
  autoheal: { instead: 'The kubelet restarts containers that fail their liveness probes.' },
};

/** Other names of the images above. */
const ALIASES: Record<string, string> = {
  postgis: 'postgres',
  timescaledb: 'postgres',
  pgvector: 'postgres',
  'cp-kafka': 'kafka',
  'cp-zookeeper': 'zookeeper',
  'redis-stack-server': 'redis',
  mongodb: 'mongo',
  'jwilder/nginx-proxy': 'nginx-proxy',
  'all-in-one': 'jaeger',
  keydb: 'redis',
  percona: 'mysql',
  'grafana-oss': 'grafana',
  'grafana-enterprise': 'grafana',
};

/** The facts about an image, found by the last part of its name. */
export function knownImage(reference: string | undefined): KnownImage | undefined {
  const name =
    reference
      ?.replace(/@.*$/, '')
      .replace(/:[^/:]*$/, '')
      .split('/')
      .at(-1) ?? '';
  // These images have other users, folders and variables than the images of the same name.
  if (/(^|\/)(bitnami(legacy)?|supabase)\//.test(reference ?? '')) return undefined;
  const known = own(ALIASES, name) ?? name;
  const found = own(IMAGES, known);
  if (found?.engine && found.engine !== 'postgres' && !isOfficial(reference ?? ''))
    return { ...found, engine: undefined };
  return found?.alpineUser && /-alpine|:alpine/.test(reference ?? '') ? { ...found, user: found.alpineUser } : found;
}

/**
 * Whether it is an official image of MySQL or MariaDB that is new enough for `Database`. Third-party images of the same name
 * start in different ways. Third-party images of PostgreSQL are based on the official one, so they need no check.
 */
function isOfficial(reference: string): boolean {
  const [, path = '', name, tag = ''] = /^(.*\/)?(mysql|mariadb)(?::([\w.-]+))?(?:@.*)?$/.exec(reference) ?? [];
  const folders = path.split('/').filter((part, i) => part !== '' && !(i === 0 && /[.:]|^localhost$/.test(part)));
  const old = name === 'mysql' ? /^5\.[0-6](\D|$)/ : /^(5|10\.[0-4])(\D|$)/;
  return name !== undefined && (folders.length === 0 || folders.at(-1) === 'library') && !old.test(tag);
}
