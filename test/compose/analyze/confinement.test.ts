import { composeFolder, service } from '../import';

const folder = composeFolder();
const { chartOf, statusOf } = folder;
const of = (image: string, keys = '') => service(keys).replace('shop/web:1.0.0', image);

describe('the exceptions from the hardened defaults', () => {
  test('an image that nobody knows runs as in Docker', async () => {
    const chart = await chartOf(of('shop/web:1.0.0'));
    expect(chart).toContain("runAs: 'as-in-docker'");
    expect(chart).toContain("rootFilesystem: 'writable'");
    expect(chart).toContain('writable: []');
    const { decisions } = await folder.import(of('shop/web:1.0.0'));
    expect(decisions).toContainEqual({
      rank: 'security',
      message: expect.stringMatching(/^Exceptions from the hardened defaults of web: .* does not know the user/),
      places: [],
    });
  });

  test('an image that the import knows has none', async () => {
    for (const image of ['nginx:1.29', 'redis:8', 'grafana/grafana:12.1.0', 'prom/prometheus:v3.5.0'])
      expect([image, await chartOf(of(image))]).toEqual([image, expect.not.stringContaining('exceptions')]);
  });

  test.each([
    ['gitea/gitea:1.24'],
    ['gitlab/gitlab-ce:18.0.0-ce.0'],
    ['jitsi/jvb:stable-10000'],
    ['lscr.io/linuxserver/sonarr:4.0.0'],
    ['mcr.microsoft.com/mssql/server:2022-CU20'],
    ['elasticsearch:9.1.0'],
  ])('%s runs as in Docker', async (image) => {
    expect(await chartOf(of(image))).toMatch(/runAs: 'as-in-docker',?\s[\s\S]*rootFilesystem: 'writable'/);
  });

  test('keycloak keeps its user and can write', async () => {
    const chart = await chartOf(of('quay.io/keycloak/keycloak:26.3'));
    expect(chart).toContain("exceptions: [{ rootFilesystem: 'writable', reason:");
    expect(chart).not.toContain('runAs');
  });

  test('PUID shows that the image starts as root', async () => {
    expect(await chartOf(of('redis:8', 'environment: { PUID: 1000, PGID: 1000 }'))).toContain("runAs: 'as-in-docker'");
  });

  test('a number in user replaces the user of the image', async () => {
    const chart = await chartOf(of('shop/web:1.0.0', 'user: "1234:1234"'));
    expect(chart).toContain('user: 1234');
    expect(chart).not.toContain('runAs');
    expect(chart).toContain("rootFilesystem: 'writable'");
    expect(await statusOf(of('shop/web:1.0.0', 'user: "1234:99"'), 'services.web.user')).toMatchObject({
      status: 'approximated',
    });
  });

  test('root in user is root, with the capabilities that root has in Docker', async () => {
    for (const user of ['root', '"0"', '"0:0"']) {
      const chart = await chartOf(of('redis:8', `user: ${user}`));
      expect(chart).toContain("{ runAs: 'root', reason: 'The Compose file starts it as root.' }");
      for (const name of ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'])
        expect(chart).toContain(`{ capability: '${name}',`);
    }
    expect(await statusOf(of('redis:8', 'user: root'), 'services.web.user')).toMatchObject({ status: 'approximated' });
  });

  test('a name in user is refused', async () => {
    expect(await statusOf(of('redis:8', 'user: somebody'), 'services.web.user')).toMatchObject({ status: 'refused' });
  });

  test('read_only keeps the root file system read-only', async () => {
    const chart = await chartOf(of('shop/web:1.0.0', 'read_only: true\ntmpfs: /cache'));
    expect(chart).not.toContain('rootFilesystem');
    expect(chart).toContain("writable: ['/tmp', '/cache']");
  });

  test('cap_add becomes one exception each', async () => {
    const chart = await chartOf(of('redis:8', 'cap_add: [CAP_NET_ADMIN, sys_time, NET_BIND_SERVICE]'));
    expect(chart).toContain("{ capability: 'NET_ADMIN', reason: 'The Compose file adds it.' }");
    expect(chart).toContain("{ capability: 'SYS_TIME', reason: 'The Compose file adds it.' }");
    expect(chart).not.toContain('NET_BIND_SERVICE');
    // The exception for an image that starts as root includes some.
    expect(await chartOf(of('shop/web:1.0.0', 'cap_add: [CHOWN]'))).not.toContain('capability:');
    expect(await statusOf(of('redis:8', 'cap_add: [ALL]'), 'services.web.cap_add[0]')).toMatchObject({
      status: 'refused',
    });
  });

  test('a program with a capability in its file gets it', async () => {
    expect(await chartOf(of('caddy:2.10'))).toContain("capability: 'NET_BIND_SERVICE'");
  });

  test('the Dockerfile tells the user of an image that is built', async () => {
    folder.put('Dockerfile', 'FROM node:24\nUSER 4711\n');
    const built = service('build: .').replace('    image: shop/web:1.0.0\n', '');
    expect(await chartOf(built)).toContain('user: 4711');
    expect(await chartOf(built)).not.toContain('exceptions');
    folder.put('Dockerfile', 'FROM node:24\nUSER root\n');
    expect(await chartOf(built)).toContain("runAs: 'as-in-docker'");
    folder.put('start.sh', 'chown app /data\nexec gosu app serve\n');
    folder.put('Dockerfile', 'FROM node:24\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\n');
    expect(await chartOf(built)).toContain("runAs: 'as-in-docker'");
  });
});

describe('folders of data', () => {
  test('get a volume of the pod where the file mounts nothing', async () => {
    expect(await chartOf(of('mongo:8'))).toContain("'/data/db': { emptyDir: { sizeLimit: '1Gi' } }");
    const mounted = of('mongo:8', 'volumes: ["data:/data/db"]').concat('volumes: { data: {} }\n');
    expect(await chartOf(mounted)).toContain("'/data/db': data,");
  });

  test('a VOLUME of the Dockerfile is one', async () => {
    folder.put('Dockerfile', 'FROM node:24\nVOLUME /srv/data\nUSER 1000\n');
    const built = service('build: .').replace('    image: shop/web:1.0.0\n', '');
    expect(await chartOf(built)).toContain("volumes: { '/srv/data': { emptyDir: { sizeLimit: '1Gi' } } }");
  });
});

describe('the memory limit', () => {
  test.each([
    ['of the file', of('elasticsearch:9.1.0', 'mem_limit: 3g'), '3Gi'],
    ['of the kind of the image', of('elasticsearch:9.1.0'), '4Gi'],
    ['of a small program', of('shop/web:1.0.0'), '1Gi'],
    ['of the heap in a setting', of('shop/web:1.0.0', 'environment: { JAVA_OPTS: "-Xms1g -Xmx2g" }'), '3072Mi'],
    ['of the heap in the command', of('shop/web:1.0.0', 'command: java -Xmx256m -jar app.jar'), '768Mi'],
    [
      'of the heap of Node.js',
      of('shop/web:1.0.0', 'environment: { NODE_OPTIONS: --max-old-space-size=4096 }'),
      '6144Mi',
    ],
    ['of the variable MEMORY', of('itzg/minecraft-server:2025.8.0', 'environment: { MEMORY: 6G }'), '9216Mi'],
  ])('is that %s', async (_, text, limit) => {
    expect(await chartOf(text)).toContain(`memoryLimit: '${limit}'`);
  });
});

test('a program whose purpose is the internet may call it, and the report says so', async () => {
  const { chart, warnings } = await folder.import(of('louislam/uptime-kuma:2.0.0'));
  expect(chart).toContain('web.calls(new Internet());');
  expect(warnings).toContainEqual(
    expect.stringMatching(/^web may call the whole internet.* remove its call to Internet\.$/),
  );
  expect(await chartOf(of('pihole/pihole:2025.08.0'))).toContain("web.calls(new Internet({ ports: 'all' }));");
  expect(await chartOf(of('redis:8'))).not.toContain('Internet');
});

describe('names in the pod', () => {
  test('the host name is that of the file', async () => {
    expect(await chartOf(of('redis:8', 'hostname: cache-1'))).toContain("pod: { hostname: 'cache-1' }");
    const mail = of('redis:8', 'hostname: mail.example.com');
    expect(await chartOf(mail)).toContain("pod: { hostname: 'mail' }");
    expect(await statusOf(mail, 'services.web.hostname')).toMatchObject({ status: 'approximated' });
    expect(await statusOf(of('redis:8', 'hostname: My_Host'), 'services.web.hostname')).toMatchObject({
      status: 'refused',
    });
  });

  test('a service that names itself finds itself in its pod, and the name stays for others', async () => {
    const kafka = of(
      'apache/kafka:4.1.0',
      'environment: { KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://web:9092", KAFKA_LISTENERS: "PLAINTEXT://web:9092,CONTROLLER://web:9093" }',
    );
    const chart = await chartOf(kafka);
    expect(chart).toContain("KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://web:9092'");
    expect(chart).toContain("KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093'");
    expect(chart).toContain("pod: { hostAliases: { '127.0.0.1': ['web'] } }");
    const voters = of('apache/kafka:4.1.0', 'environment: { KAFKA_CONTROLLER_QUORUM_VOTERS: "1@web:9093" }');
    expect(await chartOf(voters)).toMatch(/'1@web:9093'[\s\S]*hostAliases: \{ '127.0.0.1': \['web'\] \}/);
    const replicaSet = of(
      'mongo:8',
      'command: mongod --replSet rs0\nhealthcheck: { test: "mongosh --host web:27017" }',
    );
    expect(await chartOf(replicaSet)).toContain("'localhost:27017'");
  });

  test('the names in a network become names of the Service, or are refused', async () => {
    const text = of('redis:8', 'networks: { default: { aliases: [cache, web, store.example.com] } }');
    expect(await chartOf(text)).toContain("service: { aliases: ['cache'] }");
    const status = async (i: number) => (await statusOf(text, `services.web.networks.default.aliases[${i}]`))?.status;
    expect([await status(0), await status(1), await status(2)]).toEqual(['approximated', 'approximated', 'refused']);
  });

  test('extra_hosts with an address become lines of /etc/hosts', async () => {
    const text = of('redis:8', 'extra_hosts: ["old.example.com:10.1.2.3", "host.docker.internal:host-gateway"]');
    expect(await chartOf(text)).toContain("hostAliases: { '10.1.2.3': ['old.example.com'] }");
    expect(await statusOf(text, 'services.web.extra_hosts[1]')).toMatchObject({ status: 'refused' });
  });

  test('group_add becomes supplemental groups', async () => {
    const text = of('redis:8', 'group_add: ["44", video]');
    expect(await chartOf(text)).toContain('supplementalGroups: [44]');
    expect(await statusOf(text, 'services.web.group_add[1]')).toMatchObject({ status: 'refused' });
  });

  test('a service in the network of another one is refused as a whole, with one reason', async () => {
    const text = service('', '  side:\n    image: redis:8\n    network_mode: service:web\n    restart: always\n');
    expect(await chartOf(text)).not.toContain("'side'");
    for (const key of ['image', 'network_mode', 'restart'])
      expect(await statusOf(text, `services.side.${key}`)).toMatchObject({
        status: 'refused',
        why: expect.stringContaining('It shares the network of web.'),
      });
  });
});

describe('the build', () => {
  test('has the arguments and the stage of the file, without secrets', async () => {
    folder.put('Dockerfile', 'FROM node:24 AS run\nUSER 1000\nFROM node:24 AS test\n');
    const text = service('build: { context: ., target: run, args: { LEVEL: "3", NPM_TOKEN: word-of-mouth } }').replace(
      '    image: shop/web:1.0.0\n',
      '',
    );
    const chart = await chartOf(text);
    expect(chart).toContain("args: { LEVEL: '3' }");
    expect(chart).toContain("target: 'run'");
    expect(chart).not.toContain('word-of-mouth');
    expect(await statusOf(text, 'services.web.build.args.NPM_TOKEN')).toMatchObject({ status: 'refused' });
    expect(await statusOf(text, 'services.web.build.args.LEVEL')).toMatchObject({ status: 'converted' });
    expect(await statusOf(text, 'services.web.build.target')).toMatchObject({ status: 'converted' });
  });
});
