import type { V1StatefulSet } from '@kubernetes/client-node';
import { CLUSTER_VERSION } from '../k8s/cloud-native-pg';
import { ANNOTATIONS } from '../k8s/keys';
import { containersOf, listOf, type Pods } from '../check/world/world';

/** The last part of the names of images that store data. */
const IMAGES =
  /^(postgres(ql)?|postgis|timescaledb|pgvector|mysql|mariadb|percona(-server)?|mongo(db)?|redis|valkey|keydb|memcached|cassandra|scylla|clickhouse(-server)?|cockroach|couchdb|neo4j|influxdb|elasticsearch|opensearch|etcd|minio|rabbitmq|kafka|zookeeper|mssql-server|server-mssql|surrealdb|dragonfly|foundationdb|arangodb|rethinkdb|meilisearch|qdrant|weaviate|milvus)$/;
/** The ports of the protocols of databases. Ports that other programs use too are not among them. */
const PORTS = new Set([1433, 1521, 3306, 5432, 6379, 7687, 9042, 11_211, 26_257, 27_017]);

/** Whether pods store data: by their image, by their port, or by the claims of their StatefulSet. */
export function storesData(pods: Pods): boolean {
  const { object } = pods.manifest;
  if (object.metadata.annotations?.[ANNOTATIONS.engine] !== undefined) return true;
  if (object.apiVersion === CLUSTER_VERSION) return true;
  if (object.kind === 'StatefulSet' && listOf((object as V1StatefulSet).spec?.volumeClaimTemplates).length > 0)
    return true;
  // A Job with the client of a database has the same image, but nothing calls it.
  if (object.kind === 'Job' || object.kind === 'CronJob') return false;
  return containersOf(pods).some(
    ({ container: { image, ports }, at }) =>
      !at.includes('initContainers') &&
      (IMAGES.test(nameOfImage(image)) || listOf(ports).some(({ containerPort }) => PORTS.has(containerPort))),
  );
}

/** `postgres` for `docker.io/library/postgres:17@sha256:…` */
function nameOfImage(image: unknown): string {
  const path = String(image).split('@')[0]!.split('/').at(-1)!;
  return path.split(':')[0]!;
}
