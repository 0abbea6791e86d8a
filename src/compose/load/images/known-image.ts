import { own } from '../../../basics/own';
import { APPLICATIONS } from './applications';
import type { ImageFacts } from './facts';
import { AS_IN_DOCKER } from './needs';
import { SERVERS } from './servers';

const IMAGES: Readonly<Record<string, ImageFacts>> = { ...SERVERS, ...APPLICATIONS };

/** Other names of the images above. */
const ALIASES: Record<string, string> = {
  postgis: 'postgres',
  timescaledb: 'postgres',
  pgvector: 'postgres',
  'redis-stack-server': 'redis',
  redismod: 'redis',
  mongodb: 'mongo',
  'mongodb-community-server': 'mongo',
  'jwilder/nginx-proxy': 'nginx-proxy',
  'all-in-one': 'jaeger',
  keydb: 'redis',
  percona: 'mysql',
  'grafana-oss': 'grafana',
  'grafana-enterprise': 'grafana',
  'elasticsearch-oss': 'elasticsearch',
  'kibana-oss': 'kibana',
  cockroachdb: 'cockroach',
  'cp-enterprise-kafka': 'cp-server',
  'cp-enterprise-control-center': 'kafka-ui',
  jenkins_docker: 'jenkins',
};

/** Registries and owners whose images all start as root: their start script creates the user of PUID. */
const STARTS_AS_ROOT = /(^|\/)(lscr\.io|linuxserver|hotio|binhex)\//;
/** Their images have other users, folders and variables than the images of the same name. */
const DIFFERENT = /(^|\/)(bitnami(legacy)?|supabase)\//;

/** The facts about an image: by its owner and its name, or by its name alone. */
export function knownImage(reference: string | undefined): ImageFacts | undefined {
  const path = untagged(reference ?? '');
  const [name = '', owner = ''] = path.split('/').toReversed();
  if (DIFFERENT.test(path)) return undefined;
  const byOwner = own(ALIASES, `${owner}/${name}`) ?? `${owner}/${name}`;
  const found = own(IMAGES, byOwner) ?? own(IMAGES, own(ALIASES, name) ?? name);
  if (STARTS_AS_ROOT.test(path)) return { ...served(found), needs: AS_IN_DOCKER };
  const tag = /:([^/:@]+)(@|$)/.exec(reference ?? '')?.[1] ?? '';
  // PHP without a web server speaks FastCGI.
  if (/(^|-)fpm(-|$)/.test(tag)) return { ports: { fastcgi: 9000 }, needs: AS_IN_DOCKER };
  if (found?.engine && Object.hasOwn(OFFICIAL, name) && !isOfficial(reference ?? ''))
    return { ...found, engine: undefined, needs: AS_IN_DOCKER };
  if (found?.engine && !Object.hasOwn(OFFICIAL, name) && found.engine !== 'postgres')
    return { ...found, engine: undefined };
  return found?.alpineUser && /(^|-)alpine/.test(tag) ? { ...found, user: found.alpineUser } : found;
}

/** The name of an image, without its tag and its digest. */
export function untagged(reference: string): string {
  return reference.split('@')[0]!.replace(/:[^/:]*$/, '');
}

/** What an image serves. */
function served(facts: ImageFacts | undefined): ImageFacts {
  const { http, ports, memory, internet } = facts ?? {};
  return { http, ports, memory, internet };
}

/** The official images of databases, each with the tags that are too old for `Database`. */
const OFFICIAL: Readonly<Record<string, RegExp>> = {
  postgres: /^9(\D|$)/,
  mysql: /^5\.[0-6](\D|$)/,
  mariadb: /^(5|10\.[0-4])(\D|$)/,
};

/** Whether it is an official image that is new enough. Images of others with the same name start in different ways. */
function isOfficial(reference: string): boolean {
  const [, path = '', name = '', tag = ''] = /^(.*\/)?([\w-]+)(?::([\w.-]+))?$/.exec(reference.split('@')[0]!) ?? [];
  const folders = path.split('/').filter((part, i) => part !== '' && !(i === 0 && /[.:]|^localhost$/.test(part)));
  return (folders.length === 0 || folders.at(-1) === 'library') && own(OFFICIAL, name)?.test(tag) === false;
}
