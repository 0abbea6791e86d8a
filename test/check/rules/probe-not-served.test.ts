import { Image, Microservice, type MicroserviceOptions } from '../../../src/index';
import { check } from '../../../src/check/check';
import { synthesize } from '../../../src/synth/synthesize';
import { knownServer } from '../../../src/images/known-servers';
import { chart } from '../../constructs/render';
import { deployment, documents, problemsIn } from '../problems-in';

const code = 'probe-not-served';

/** A Deployment with that image. */
const pod = (image: string, container: string, spec = '') =>
  deployment(container, { pod: spec }).replace('image: shop/web:1', `image: ${image}`);
const http = (path: string, port: number | string) => `readinessProbe: { httpGet: { path: ${path}, port: ${port} } }`;
const tcp = (port: number) => `livenessProbe: { tcpSocket: { port: ${port} } }`;
const mount = (path: string) => `volumeMounts: [{ name: files, mountPath: ${path} }]`;
const FILES = 'volumes: [{ name: files, emptyDir: {} }]';

test.each([
  ['nginx:1.27', http('/', 8080), 'nginx listens on 80 and not on 8080.'],
  ['docker.io/library/nginx:1.27', tcp(8080), 'nginx listens on 80 and not on 8080.'],
  ['nginx:1.27', http('/healthz', 80), 'nginx does not serve /healthz.'],
  ['nginx:1.27', `env: [{ name: PORT, value: "8080" }]\n${http('/', 8080)}`, 'nginx listens on 80 and not on 8080.'],
  [
    'nginx:1.27',
    `ports: [{ name: http, containerPort: 8080 }]\n${http('/', 'http')}`,
    'nginx listens on 80 and not on 8080.',
  ],
  ['nginx:1.27', `args: [nginx, -g, daemon off;]\n${http('/', 81)}`, 'nginx listens on 80 and not on 81.'],
  ['nginxinc/nginx-unprivileged:1.27', http('/', 80), 'nginxinc/nginx-unprivileged listens on 8080 and not on 80.'],
  ['postgres:17', http('/', 5432), 'postgres speaks no HTTP.'],
  [
    'postgres:17',
    `env: [{ name: POSTGRES_DB, value: shop }]\n${tcp(5433)}`,
    'postgres listens on 5432 and not on 5433.',
  ],
  ['redis:8', `args: [--requirepass, $(PASSWORD)]\n${http('/healthz', 6379)}`, 'redis speaks no HTTP.'],
  ['mysql:8.4', tcp(3307), 'mysql listens on 3306, 33060 and not on 3307.'],
  ['rabbitmq:4', http('/', 15672), 'rabbitmq listens on 15692, 5672, 25672, 4369 and not on 15672.'],
  ['rabbitmq:4-management', http('/', 5672), 'rabbitmq speaks no HTTP on port 5672.'],
  ['grafana/grafana:12.0.0', http('/api/health', 8080), 'grafana/grafana listens on 3000 and not on 8080.'],
  [
    'quay.io/prometheus/prometheus:v3.4.0',
    `args: [--config.file=/etc/prometheus/prometheus.yml]\n${http('/healthz', 9091)}`,
    'prom/prometheus listens on 9090 and not on 9091.',
  ],
  ['prom/prometheus:v3.4.0', http('/healthz/ready', 9090), 'prom/prometheus does not serve /healthz/ready.'],
  ['minio/minio:latest', `args: [server, /data]\n${http('/healthz', 9000)}`, 'minio/minio does not serve /healthz.'],
  [
    'traefik:v3.4',
    `args: [--providers.kubernetesingress]\n${http('/ping', 8080)}`,
    'traefik does not serve /ping by default.',
  ],
  [
    'quay.io/keycloak/keycloak:26.2',
    `args: [start-dev]\n${http('/health/ready', 9000)}`,
    'keycloak/keycloak does not serve /health/ready by default.',
  ],
  [
    'quay.io/keycloak/keycloak:26.2',
    `args: [start-dev]\nenv: [{ name: KC_HEALTH_ENABLED, value: "true" }]\n${http('/health/ready', 8080)}`,
    'keycloak/keycloak serves /health/ready on port 9000 only.',
  ],
])('%s: %s', (image, container, message) => {
  expect(problemsIn(code, pod(image, container)).map((problem) => problem.message)).toEqual([
    expect.stringMatching(/^The (readiness|liveness)Probe of the container "web" cannot succeed: /),
  ]);
  expect(problemsIn(code, pod(image, container))[0]!.message).toContain(message);
});

test.each([
  ['nginx:1.27', http('/', 80)],
  ['nginx:1.27', http('/any/page', 80)],
  ['nginx:1.27', `${mount('/etc/nginx/conf.d')}\n${http('/healthz', 8080)}`],
  ['nginx:1.27', `${mount('/etc')}\n${http('/healthz', 8080)}`],
  ['nginx:1.27', `${mount('/usr/share/nginx/html')}\n${http('/healthz', 80)}`],
  ['nginx:1.27', `command: [sh, -c, run]\n${http('/', 8080)}`],
  ['nginx:1.27', `args: [nginx, -c, /my.conf]\n${http('/', 8080)}`],
  ['nginx:1.27', `args: [python, main.py]\n${http('/', 80)}`],
  ['nginx:1.27', `env: [{ name: NGINX_PORT, value: "8080" }]\n${http('/', 8080)}`],
  ['nginx:1.27', `envFrom: [{ configMapRef: { name: a, optional: true } }]\n${http('/', 8080)}`],
  ['nginx:1.27', 'readinessProbe: { httpGet: { host: example.com, path: /, port: 8080 } }'],
  ['nginx:1.27', 'readinessProbe: { exec: { command: [cat, /ready] } }'],
  ['registry.example.com/nginx:1.27', http('/', 8080)],
  ['shop/nginx:1.27', http('/', 8080)],
  ['bitnami/nginx:1.27', http('/', 8080)],
  ['postgres:17', tcp(5432)],
  ['postgres:17', `env: [{ name: PGPORT, value: "5433" }]\n${tcp(5433)}`],
  ['postgres:17', `args: [-c, port=5433]\n${tcp(5433)}`],
  ['redis:8', `args: [--port, "6380"]\n${tcp(6380)}`],
  ['redis:8', `args: [/etc/redis/redis.conf]\n${tcp(6380)}`],
  ['mongo:8', `args: [--configsvr]\n${tcp(27019)}`],
  ['rabbitmq:4-management', http('/', 15672)],
  ['rabbitmq:4', `${mount('/etc/rabbitmq')}\n${http('/', 15672)}`],
  ['rabbitmq@sha256:' + 'a'.repeat(64), http('/', 15672)],
  ['grafana/grafana:12.0.0', `env: [{ name: GF_SERVER_HTTP_PORT, value: "8080" }]\n${http('/api/health', 8080)}`],
  ['prom/prometheus:v3.4.0', `args: [--web.listen-address=:9091]\n${http('/-/ready', 9091)}`],
  ['prom/prometheus:v3.4.0', `args: [--web.route-prefix=/metrics]\n${http('/healthz', 9090)}`],
  ['minio/minio:latest', `args: [server, /data, --console-address, ":9001"]\n${http('/', 9001)}`],
  ['traefik:v3.4', `args: [--ping]\n${http('/ping', 8080)}`],
  ['traefik:v3.4', `args: [--entrypoints.web.address=:9000, --ping=true]\n${http('/ping', 9000)}`],
  ['keycloak/keycloak:24.0', http('/health/ready', 8080)],
  ['keycloak/keycloak:26.2', `env: [{ name: KC_HEALTH_ENABLED, value: "true" }]\n${http('/health/ready', 9000)}`],
])('no problem: %s: %s', (image, container) => {
  expect(problemsIn(code, pod(image, container, FILES))).toEqual([]);
});

test('another container of the pod may serve the port', () => {
  const both = `${pod('nginx:1.27', http('/metrics', 9113))}        - { name: exporter, image: shop/exporter:1 }\n`;
  expect(problemsIn(code, both)).toEqual([]);
  expect(problemsIn(code, pod('nginx:1.27', http('/', 8080), 'hostNetwork: true'))).toEqual([]);
});

test('a container has one problem, with the field and the values of its first wrong probe', () => {
  expect(problemsIn(code, documents(pod('redis:8', `${http('/', 6379)}\n${tcp(1)}`)))).toMatchObject([
    {
      field: 'spec.template.spec.containers[0].readinessProbe.httpGet.port',
      expected: 'a connection to port 6379, or a command',
      got: 'GET / on port 6379',
      fix: 'In a chart: http: false, ports: { redis: 6379 }. In YAML: tcpSocket: { port: 6379 }.',
    },
  ]);
});

test('a microservice with the defaults: the fix names its options, and they work', () => {
  const image = Image.of('grafana/grafana:12.0.0');
  const problems = (options: MicroserviceOptions) =>
    check(
      synthesize(chart((scope) => new Microservice(scope, 'charts', options))).flatMap(({ manifests }) => manifests),
    );
  expect(problems({ image })).toMatchObject([
    {
      code,
      path: 'shop/charts/deployment',
      got: 'GET /healthz/live on port 8080',
      fix: "In a chart: port: 3000, health: { live: '/api/health', ready: '/api/health' }. In YAML: httpGet: { path: /api/health, port: 3000 }.",
    },
  ]);
  expect(problems({ image, port: 3000, health: { live: '/api/health', ready: '/api/health' } })).toEqual([]);
});

test.each([
  ['nginx', 'nginx'],
  ['nginx:1.27@sha256:abc', 'nginx'],
  ['docker.io/nginx', 'nginx'],
  ['public.ecr.aws/docker/library/redis:8', 'redis'],
  ['mirror.gcr.io/grafana/grafana:12', 'grafana/grafana'],
  ['localhost:5000/nginx:1', undefined],
  ['quay.io/minio/minio', 'minio/minio'],
  ['mongo:3.4', undefined],
  ['constructor', undefined],
  ['', undefined],
])('the image %j is known as %s', (image, name) => {
  expect(knownServer(image)?.name).toBe(name);
});
