import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { composeFolder, service } from '../import';

const folder = composeFolder();
const { chartOf, statusOf } = folder;
const DB =
  '  db:\n    image: postgres:17\n    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: word-of-shop, POSTGRES_DB: shop }\n';

describe('a caller names each port except the first', () => {
  const calls = async (environment: string, image = 'axllent/mailpit:v1.27') => {
    const text = await chartOf(
      `services:\n  web:\n    image: shop/web:1.0.0\n    environment: ${environment}\n    depends_on: [mail]\n  mail:\n    image: ${image}\n`,
    );
    return text.split('\n').filter((line) => line.startsWith('web.calls'));
  };

  test.each([
    [
      'a host and a port',
      '{ SMTP_HOST: mail, SMTP_PORT: 1025 }',
      ['web.calls(mail);', "web.callsAs('SMTP', mail.port('smtp'));"],
    ],
    ['a URL', '{ MAIL_SERVER: "smtp://mail:1025" }', ["web.calls(mail, mail.port('smtp'));"]],
    ['a port alone', '{ MAIL_PORT: 1025 }', ["web.calls(mail, mail.port('smtp'));"]],
    ['the port of HTTP', '{ API: "http://mail:8025" }', ['web.calls(mail);']],
    ['no port', '{ API: "http://mail" }', ['web.calls(mail);']],
  ])('%s', async (_, environment, expected) => {
    expect(await calls(environment)).toEqual(expected);
  });

  test('the first port of a server needs no name', async () => {
    expect(await calls('{ MQ: "amqp://mail:5672", ADMIN: "http://mail:15672" }', 'rabbitmq:4.1.4')).toEqual([
      "web.calls(mail, mail.port('management'));",
    ]);
  });
});

describe('a UDP port', () => {
  const STATSD = '  statsd:\n    image: shop/statsd:1\n';
  const CALLS_STATS = "web.calls(statsd, statsd.port('udp-8125'));";

  test.each([
    [
      'a port with the same number over TCP',
      'ports: ["53:53/udp", "53:53"]',
      "ports: { 'port-53': 53 },\n  udpPorts: { 'udp-53': 53 },",
    ],
    ['an exposed port', 'expose: ["53/udp"]', "http: false,\n  udpPorts: { 'udp-53': 53 },"],
    ['a name', 'ports: [{ target: 53, protocol: udp, name: dns }]', 'udpPorts: { dns: 53 },'],
    [
      'a name that the TCP port has',
      'ports: [{ target: 53, protocol: udp, name: dns }, { target: 53, name: dns }]',
      "ports: { dns: 53 },\n  udpPorts: { 'udp-53': 53 },",
    ],
  ])('has a place next to the others: %s', async (_, keys, expected) => {
    expect(await chartOf(service(keys))).toContain(expected);
  });

  test.each([
    ['its number', 'environment: { STATS: "statsd:8125" }', '    ports: ["8125:8125/udp"]\n', 'web.calls(statsd);'],
    [
      'its number, next to HTTP',
      'environment: { STATS: "statsd:8125" }',
      '    ports: ["8125:8125/udp", "80:80"]\n',
      CALLS_STATS,
    ],
    ['its scheme', 'environment: { STATS: "udp://statsd:8125" }', '    ports: ["80:80"]\n', CALLS_STATS],
    [
      'the host alone',
      'environment: { STATSD: statsd, STATSD_ADDR: statsd }',
      '    ports: ["8125:8125/udp", "80:80"]\n',
      CALLS_STATS,
    ],
    ['depends_on', 'depends_on: [statsd]', '    ports: ["8125:8125/udp", "80:80"]\n', CALLS_STATS],
    [
      'another port',
      'environment: { PAGE: "http://statsd:80" }\ndepends_on: [statsd]',
      '    ports: ["8125:8125/udp", "80:80"]\n',
      'web.calls(statsd);',
    ],
  ])('is open to a caller that names %s', async (_, keys, ports, expected) => {
    expect(await chartOf(service(keys, `${STATSD}${ports}`))).toContain(`\n${expected}\n`.trimEnd());
  });

  test('has no probe, and a line says that other machines do not reach it', async () => {
    const { chart, warnings, report } = await folder.import(
      service('ports: ["53:53/udp"]\nhealthcheck: { disable: true }'),
    );
    expect(chart).not.toContain('health');
    expect(warnings).toContainEqual(expect.stringMatching(/^Only parts of the chart reach the UDP ports of web\./));
    expect(report).toContainEqual(
      expect.objectContaining({ path: 'services.web.healthcheck.disable', why: 'It has no probes.' }),
    );
  });
});

describe('the ports of a service come from', () => {
  const kind = async (keys: string, rest = '') => {
    const text = await chartOf(service(keys, rest));
    const part = text.slice(text.indexOf("'web', {"), text.indexOf('});', text.indexOf("'web', {")));
    return [
      /http: false/.test(part) ? 'not http' : 'http',
      /\bport: (\d+)/.exec(part)?.[1] ?? '-',
      /ports: (\{.*?\})/.exec(part)?.[1] ?? '-',
    ];
  };
  const caller = (value: string) => `  api:\n    image: shop/api:1\n    environment: { PEER_URL: "${value}" }\n`;

  test.each([
    ['a published port', 'ports: ["80:3000"]', '', ['http', '3000', '-']],
    [
      'several published ports: the first is HTTP',
      'ports: ["80:3000", "9229:9229"]',
      '',
      ['http', '3000', "{ 'port-9229': 9229 }"],
    ],
    ['an exposed port', 'expose: [8080]', '', ['http', '-', '-']],
    [
      'the variable PORT, among several published ports',
      'ports: ["9000:9000", "80:3000"]\nenvironment: { PORT: 3000 }',
      '',
      ['http', '3000', "{ 'port-9000': 9000 }"],
    ],
    [
      'the URL of its health check',
      'ports: ["9000:9000", "80:3000"]\nhealthcheck: { test: "curl localhost:3000" }',
      '',
      ['http', '3000', "{ 'port-9000': 9000 }"],
    ],
    ['PORT alone', 'environment: { PORT: 3000 }', '', ['http', '3000', '-']],
    ['a URL of another service', '', caller('http://web:3000/x'), ['http', '3000', '-']],
    ['a URL without a port', '', caller('http://web'), ['http', '80', '-']],
    ['another protocol', '', caller('amqp://web:5555'), ['not http', '-', "{ 'port-5555': 5555 }"]],
    ['a well-known port of another protocol', 'expose: [5672]', '', ['not http', '-', "{ 'port-5672': 5672 }"]],
    ['a URL of itself', 'environment: { PUBLIC_URL: "http://web:3000/x" }', '', ['http', '3000', '-']],
    [
      'a URL in a program of its health check',
      'healthcheck: { test: [CMD, node, -e, "fetch(\'http://localhost:3000/x\')"] }',
      '',
      ['http', '3000', '-'],
    ],
    [
      'an exposed port before the URL of its health check',
      'expose: [4000]\nhealthcheck: { test: [CMD, node, -e, "fetch(\'http://localhost:3000/x\')"] }',
      '',
      ['http', '4000', '-'],
    ],
    [
      'a port with a name: that of another protocol is not HTTP',
      'ports: [{ target: 9000, name: grpc }, { target: 3000, name: page }]',
      '',
      ['http', '3000', '{ grpc: 9000 }'],
    ],
    [
      'a port that is also published over UDP: it is not HTTP',
      'ports: ["5000:5000/tcp", "5000:5000/udp", "9600:9600"]',
      '',
      ['http', '9600', "{ 'port-5000': 5000 }"],
    ],
    ['HTTP/3', 'ports: ["443:443", "443:443/udp"]', '', ['http', '443', '-']],
    ['nothing', '', '', ['not http', '-', '-']],
  ])('%s', async (_what, keys, rest, expected) => expect(await kind(keys, rest)).toEqual(expected));

  test('a mounted file of another service', async () => {
    folder.put('proxy.conf', 'upstream x { server web:9000; }\n');
    const proxy = '  proxy:\n    image: nginx:1.29\n    volumes: ["./proxy.conf:/etc/nginx/conf.d/default.conf:ro"]\n';
    expect(await kind('', proxy)).toEqual(['not http', '-', "{ 'port-9000': 9000 }"]);
    expect(await chartOf(service('', proxy))).toContain('proxy.calls(web);');
    folder.put('proxy.conf', 'location / { proxy_pass http://web:3000; }\n');
    expect(await kind('', proxy)).toEqual(['http', '3000', '-']);
    folder.put('proxy.conf', 'upstream x { server web:80; }\n');
    expect(await kind('expose: [3000]', proxy)).toEqual(['http', '3000', '-']);
  });

  test('its Dockerfile, if another service depends on it', async () => {
    folder.put('Dockerfile', 'FROM scratch\nEXPOSE 3000/tcp 53/udp\n');
    const built = service('build: .').replace('    image: shop/web:1.0.0\n', '');
    expect(await chartOf(built)).toContain('http: false');
    expect(await chartOf(`${built}  api:\n    image: shop/api:1\n    depends_on: [web]\n`)).toContain('port: 3000');
  });
});

describe('a database', () => {
  test('has the names of variables that the program reads', async () => {
    const text = await chartOf(
      service(
        'environment: { PG_HOST: db, PG_PORT: 5432, PG_USER: shop, PG_NAME: shop, PG_PASSWORD: word-of-shop, MODE: fast }',
        DB,
      ),
    );
    expect(text).toContain("env: { MODE: 'fast' }");
    expect(text).toContain("web.callsAs('PG', db);");
  });

  test('is the option database if the prefix is DATABASE', async () => {
    expect(
      await chartOf(
        service('environment: { DATABASE_HOST: db, DATABASE_USER: shop, DATABASE_PASSWORD: word-of-shop }', DB),
      ),
    ).toMatch(/database: db,\n\s+writable/);
  });

  test.each([
    [
      'postgres://shop:word-of-shop@db:5432/shop?sslmode=disable',
      'postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST):$(DATABASE_PORT)/$(DATABASE_NAME)?sslmode=disable',
    ],
    [
      'postgresql+psycopg://shop:word-of-shop@db/shop',
      'postgresql+psycopg://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST):$(DATABASE_PORT)/$(DATABASE_NAME)',
    ],
  ])('%s is assembled in the pod', async (url, expected) =>
    expect(await chartOf(service(`environment: { URL: "${url}" }`, DB))).toContain(`URL: '${expected}'`),
  );

  test('a URL without a user is assembled, if another setting has the password', async () => {
    const of = (url: string) => chartOf(service(`environment: { URL: "${url}", DB_PASSWORD: word-of-shop }`, DB));
    expect(await of('jdbc:postgresql://db:5432/shop')).toContain(
      "'jdbc:postgresql://$(DB_HOST):$(DB_PORT)/$(DB_NAME)'",
    );
    expect(await of('postgres://db')).toContain("URL: 'postgres://$(DB_HOST):$(DB_PORT)'");
  });

  test('with a renamed user is renamed in the settings of its callers', async () => {
    const text = await chartOf(
      service(
        'environment: { DB_HOST: db, LOGIN_USER: owner, DB_DATABASE: shop, SECRET_WORD: word-of-shop }',
        DB.replace('USER: shop', 'USER: owner'),
      ),
    );
    expect(text).toContain(
      "env: { LOGIN_USER: '$(DB_USER)', DB_DATABASE: '$(DB_NAME)', SECRET_WORD: { secret: 'db', key: 'password' } }",
    );
  });

  test('with a reserved name gets another name', async () => {
    const named = (db: string, user: string) =>
      DB.replace('POSTGRES_DB: shop', `POSTGRES_DB: ${db}`).replace('POSTGRES_USER: shop', `POSTGRES_USER: ${user}`);
    expect(await chartOf(service('', named('postgres', 'odoo')))).toContain("databaseName: 'odoo'");
    expect(await chartOf(service('', named('postgres', 'postgres').replace('db:', 'postgres:')))).toContain(
      "databaseName: 'app'",
    );
    expect(await chartOf(service('', named('Shop-1', 'x')))).toContain("databaseName: 'shop_1'");
  });

  test('on Alpine runs on Debian, and its command becomes settings', async () => {
    const text = await chartOf(
      service(
        '',
        DB.replace('postgres:17', 'postgres:16.3-alpine3.20').replace(
          '    environment',
          '    command: [postgres, -c, max_connections=50, --work-mem=8MB]\n    environment',
        ),
      ),
    );
    expect(text).toContain("image: Image.of('postgres:16.3')");
    expect(text).toContain("settings: { max_connections: 50, work_mem: '8MB' }");
  });
});

describe('hosts', () => {
  test('outside of the cluster are called as External', async () => {
    const text = await chartOf(
      service(
        'environment: { SMTP_HOST: smtp.example.com, SMTP_PORT: 587, PAY_URL: "https://pay.example.com/v1", BROKER: "mq.example.com:5671", IP: "10.0.0.1:80", OWN: "http://0.0.0.0:80" }',
      ),
    );
    expect(text).toContain("web.calls(new External('pay.example.com', 443), new External('mq.example.com', 5671));");
    expect(text).toContain("web.callsAs('SMTP', new External('smtp.example.com', 587));");
  });

  test('that do not exist are refused', async () => {
    const text = service(
      'environment: { A_URL: "http://gone:80", B: "http://host.docker.internal:3000" }\ncommand: serve --to http://gone',
    );
    for (const path of ['services.web.environment.A_URL', 'services.web.environment.B', 'services.web.command'])
      expect(await statusOf(text, path)).toMatchObject({
        status: 'refused',
        why: expect.stringContaining('The chart has no host'),
      });
    expect(await chartOf(text)).not.toMatch(/gone|docker\.internal/);
  });

  test('in files are called, at the port and under the name that the file has', async () => {
    const proxied = (server: string) => {
      folder.put('nginx.conf', `upstream x {\n  server ${server}:3000;\n}\n`);
      return service(
        'volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]',
        '  api:\n    image: shop/api:1\n    container_name: the_api\n    hostname: backend\n    expose: [3000]\n',
      );
    };
    const api = await chartOf(proxied('api'));
    expect(api).toContain('web.calls(api);');
    expect(api).toContain('service: { ownPort: true },');
    expect(await statusOf(proxied('api'), 'services.web.volumes[0]')).toMatchObject({ status: 'converted' });
    expect(await chartOf(proxied('backend'))).toContain("service: { ownPort: true, aliases: ['backend'] },");
    // No Service can have this name.
    expect(await chartOf(proxied('the_api'))).not.toContain('aliases');
    expect(await chartOf(proxied('the_api'))).toContain('server api:3000;');
    expect(await statusOf(proxied('the_api'), 'services.web.volumes[0]')).toMatchObject({
      status: 'approximated',
      why: expect.stringMatching(
        /^The chart contains the text of .*nginx\.conf, with the host api instead of the_api\.$/,
      ),
    });
  });

  describe('with an underscore, in a file', () => {
    const API = '  my_api:\n    image: shop/api:1\n    expose: [3000]\n';
    const withFile = (text: string, name = 'app.conf') => {
      folder.put(name, text);
      return service(`volumes: ["./${name}:/etc/${name}:ro"]`, API);
    };

    test.each([
      ['api.url=http://my_api:3000/x', 'api.url=http://my-api:3000/x'],
      ['host: my_api', 'host: my-api'],
      ['  - server: "my_api"', '  - server: "my-api"'],
      ['  "apiHost": "my_api",', '  "apiHost": "my-api",'],
      ['name: my_api', undefined],
      ['upstream my_api { server 10.0.0.1; }\n    proxy_pass http://my_api;', undefined],
    ])('%s is called and renamed', async (line, expected) => {
      const chart = await chartOf(withFile(`${line}\n`));
      if (expected === undefined) expect(chart).toContain("{ file: '");
      else expect(chart).toContain(`'${expected}\\n'`);
      if (expected !== undefined) expect(chart).toContain('web.calls(myApi);');
    });

    test('a program with a secret is a decision, because it is not executable in a Secret', async () => {
      folder.put('run.sh', '#!/bin/sh\nAPI_TOKEN=word-of-mouth serve\n');
      chmodSync(join(folder.path, 'run.sh'), 0o755);
      expect(await statusOf(service('volumes: ["./run.sh:/run.sh:ro"]'), 'services.web.volumes[0]')).toMatchObject({
        status: 'refused',
        why: expect.stringMatching(/a file of a Secret is not executable/),
      });
    });

    test('the names of the program itself are names of its pod', async () => {
      folder.put('app.conf', 'url = http://my_web:80\n');
      const own = service('container_name: my_web\nports: ["80:80"]\nvolumes: ["./app.conf:/etc/app.conf:ro"]');
      expect(await chartOf(own)).toContain("'url = http://web:80\\n'");
      expect(await chartOf(own)).toContain("hostAliases: { '127.0.0.1': ['web'] }");
    });

    test.each([
      [
        'a program',
        '#!/bin/sh\ncurl http://my_api:3000\n',
        'run.sh',
        /The chart cannot contain a program, so write my-api/,
      ],
      [
        'a secret',
        'password = word-of-mouth\nhost = my_api\n',
        'app.conf',
        /:2 names the host my_api, .* cannot contain secrets/,
      ],
      [
        'a long text',
        `${'# long line\n'.repeat(2000)}host = my_api\n`,
        'app.conf',
        /The file is too long for the chart/,
      ],
    ])('%s stays as it is, and is a decision', async (_, text, name, why) => {
      const file = withFile(text, name);
      chmodSync(join(folder.path, name), name === 'run.sh' ? 0o755 : 0o644);
      const { code, decisions } = await folder.import(file);
      expect(decisions).toContainEqual(expect.objectContaining({ rank: 'start', message: expect.stringMatching(why) }));
      expect(code).toBe(1);
    });

    test('a config of the Compose file is a file too', async () => {
      const text = `${service('configs: [{ source: app, target: /etc/app.conf }]', API)}configs:\n  app: { content: "host: my_api\\n" }\n`;
      const chart = await chartOf(text);
      expect(chart).toContain("files: { '/etc/app.conf': 'host: my-api\\n' }");
      expect(chart).toContain('web.calls(myApi);');
    });
  });

  test('with a name that no Service can have get another one, and the report says so', async () => {
    const text = (name: string) => service(`depends_on: [${name}]`, `  ${name}:\n    image: redis:8\n`);
    const warningsOf = async (name: string) => (await folder.import(text(name))).warnings;
    expect(await warningsOf('my_cache')).toContain(
      'The service my_cache is called my-cache. A program with the name my_cache in its code does not find it.',
    );
    expect(await warningsOf('cache')).toEqual([]);
  });

  test('a call gets another prefix if its variable is taken', async () => {
    const text = await chartOf(
      service('environment: { API_URL: "http://api:3000/v1" }', '  api:\n    image: shop/api:1\n    expose: [3000]\n'),
    );
    expect(text).toContain("env: { API_URL: 'http://api/v1' }");
    expect(text).toContain("web.callsAs('API_SERVICE', api);");
  });
});

describe('a command with a password in a word', () => {
  test('reads it from the variable with the same value', async () => {
    const text = await chartOf(
      service(
        'environment: { CACHE_PASSWORD: word-of-cache }\ncommand: ["sh", "-c", "serve --pass \\"word-of-cache\\" --fast"]',
      ),
    );
    expect(text).toContain('serve --pass "$(CACHE_PASSWORD)" --fast');
  });

  test('reads it from the variable of the Compose file', async () => {
    const { chart, code } = await folder.import(
      service('command: ["sh", "-c", "serve --pass ${CACHE_PASSWORD} --fast"]'),
      [],
      { CACHE_PASSWORD: 'word-of-cache' },
    );
    expect(chart).toContain("'serve --pass $(CACHE_PASSWORD) --fast'");
    expect(chart).toContain("CACHE_PASSWORD: { secret: 'web', key: 'CACHE_PASSWORD', existing: true }");
    expect(code).toBe(0);
  });

  test('is refused if no variable has it', async () => {
    const { chart, code } = await folder.import(
      service('command: ["sh", "-c", "serve postgres://me:word-of-db@db.example.com/x"]'),
    );
    expect(chart).not.toContain('word-of-db');
    expect(code).toBe(1);
  });
});

test('a placeholder is not found in other settings', async () => {
  const text = await chartOf(service('environment: { SECRET_KEY: replace-me, BASE_URL: replace-me }'));
  expect(text).toContain("BASE_URL: 'replace-me'");
  expect(text).toContain("SECRET_KEY: { secret: 'web'");
});

test.each([
  ['~/shop/data:/data', true],
  ['/home/me/shop:/data', true],
  ['/var/lib/shop:/data', true],
  ['./conf.d:/etc/app/conf.d', true],
  ['~/.ssh:/root/.ssh', false],
  ['~/.config/gcloud:/gcloud', false],
  ['/var/lib/docker/containers:/containers', false],
  ['~/shop/app.yml:/app.yml', false],
  ['/home/me:/home', false],
])('a folder of this machine is an empty volume if it has data of the program: %s is %p', async (mount, isVolume) => {
  const { chart, code } = await folder.import(service(`volumes: [${JSON.stringify(mount)}]`));
  expect([/new Volume\(/.test(chart), code]).toEqual([isVolume, isVolume ? 0 : 1]);
});

test('the chart does not contain passwords within settings', async () => {
  const env =
    'A_TOKEN: word-of-mouth, JAVA_OPTS: "-Dauth.password=word-2", DB: "Host=x;Password=word-3", CLAIM: "say word-of-mouth", PLAIN: "a b"';
  const text = await chartOf(service(`environment: { ${env} }`));
  expect(text).not.toContain('word-');
  expect(text.match(/existing: true/g)).toHaveLength(4);
  expect(text).toContain("PLAIN: 'a b'");
});

test('a password that is also a name does not make other settings secret', async () => {
  const env = (user: string) =>
    service(`environment: { ADMIN_USER: ${user}, ADMIN_PASSWORD: paperless, URL: "https://paperless.example.com" }`);
  expect(await chartOf(env('paperless'))).not.toContain('URL: {');
  expect(await chartOf(env('somebody'))).toContain('URL: {');
});

test('all mounts of a folder share one volume', async () => {
  const mounts = (other: string) =>
    service(
      'volumes: ["./uploads:/srv/uploads"]',
      `  worker:\n    image: shop/worker:1.0.0\n    volumes: ["${other}:/work"]\n`,
    );
  const shared = await chartOf(mounts('./uploads/'));
  expect(shared).toContain("const uploads = new Volume(this, 'uploads', { shared: true });");
  expect(shared).toContain("volumes: { '/srv/uploads': uploads }");
  expect(shared).toContain("volumes: { '/work': uploads }");
  expect(
    (await folder.import(mounts('./uploads/'))).report.filter(({ why }) => why?.includes('many nodes can write to')),
  ).toHaveLength(2);
  const own = await chartOf(service('volumes: ["./state:/var/lib/web", "./logs:/var/log/web"]'));
  expect(own.match(/new Volume\(this, '[\w-]+'\)/g)).toEqual([
    "new Volume(this, 'web-state')",
    "new Volume(this, 'web-logs')",
  ]);
  const apart = await chartOf(mounts('./other'));
  expect(apart.match(/new Volume\(this, '[\w-]+'\)/g)).toEqual([
    "new Volume(this, 'web-uploads')",
    "new Volume(this, 'worker-work')",
  ]);
});

describe('files', () => {
  test('of the project are mounted, and files with secrets come from a Secret', async () => {
    for (const [name, content] of [
      ['a.conf', 'x 1\n'],
      ['conf/b.conf', 'y\n'],
      ['.env.web', 'API_TOKEN=word-of-b\n'],
    ] as const)
      folder.put(name, content);
    const text = await chartOf(
      service('volumes: ["./a.conf:/etc/a.conf", "./conf:/etc/conf:ro", "./.env.web:/app/.env"]'),
    );
    expect(text).toMatch(
      /'\/etc\/a\.conf': \{ file: '\S+\/a\.conf' \},\s+'\/etc\/conf\/b\.conf': \{ file: '\S+\/conf\/b\.conf' \},\s+'\/app\/\.env': \{ secret: 'web-files', key: '\.env\.web', existing: true \}/,
    );
  });

  test('of configs can have absolute paths', async () => {
    const path = folder.put('limits.conf', 'x 1\n');
    const text = service('configs: [limits]', `configs:\n  limits: { file: ${JSON.stringify(path)} }\n`);
    expect(await chartOf(text)).toMatch(/'\/limits': \{ file: '\S+\/limits\.conf' \}/);
  });

  test('of the sources are not mounted', async () => {
    for (const name of ['web/Dockerfile', 'web/src/main.ts', 'web/package.json', 'web/nginx.conf'])
      folder.put(name, 'FROM scratch\n');
    const built = service(
      'build: ./web\nvolumes: ["./web:/app", "./web/src:/app/src", "./web/package.json:/app/package.json", "./web/nginx.conf:/etc/nginx.conf", "/app/node_modules"]',
    );
    expect((await chartOf(built)).match(/'\/\S+': /g)).toEqual(["'/etc/nginx.conf': "]);
  });

  test('that do not exist or belong to the machine are refused', async () => {
    const text = service(
      'volumes: ["./gone.conf:/etc/gone.conf", "/etc/passwd:/x:ro", "~/.ssh:/y", "/var/run/docker.sock:/z", "./data:/data", "data:/", "more:/data"]',
    );
    const { report } = await folder.import(text);
    expect(report.slice(1).map(({ status }) => status)).toEqual([
      'refused',
      'refused',
      'refused',
      'refused',
      'approximated',
      'refused',
      'refused',
    ]);
  });
});

describe('an image', () => {
  test('with a build keeps the folder, the Dockerfile and the repository', async () => {
    folder.put('web/docker/Dockerfile', 'FROM scratch\n');
    const text = await chartOf(service('build: { context: ./web, dockerfile: docker/Dockerfile }'));
    expect(text).toMatch(
      /Image\.service\('web', \{\s+folder: '\S+\/web',\s+dockerfile: 'docker\/Dockerfile',\s+repository: 'shop\/web',\s+\}\)/,
    );
  });

  test('without a version is refused, with a digest it is converted', async () => {
    const status = (image: string) => statusOf(`services:\n  web:\n    image: ${image}\n`, 'services.web.image');
    for (const image of ['nginx', 'nginx:latest', 'localhost:5000/nginx'])
      expect(await status(image)).toMatchObject({ status: 'refused' });
    for (const image of ['nginx:1.29', `nginx@sha256:${'0'.repeat(64)}`])
      expect(await status(image)).toMatchObject({ status: 'converted' });
  });
});

test('resources, replicas, user and grace period', async () => {
  const text = await chartOf(
    service(
      'deploy: { replicas: 3, resources: { limits: { memory: 512M, cpus: "1.5" }, reservations: { cpus: "0.25", memory: 64M } } }\nuser: "1234:1234"\nstop_grace_period: 1m',
    ),
  );
  expect(text).toContain("resources: { cpu: '250m', memory: '64Mi', memoryLimit: '512Mi' }");
  expect(text).toContain('replicas: 3');
  expect(text).toContain('user: 1234');
  expect(text).toContain('shutdown: { grace: 65 }');
  expect(await chartOf(service('mem_limit: 32m'))).toContain("resources: { memory: '32Mi', memoryLimit: '32Mi' }");
});

test('a volume of several replicas is shared', async () => {
  const volumes = async (keys: string, rest = '') =>
    [...(await chartOf(service(keys, rest))).matchAll(/new Volume\(this, '([\w-]+)'(?:, (.*))?\);/g)].map(
      ([, name, options]) => `${name} ${options ?? ''}`.trim(),
    );
  expect(await volumes('volumes: ["files:/files"]')).toEqual(['files']);
  expect(await volumes('volumes: ["files:/files"]\nscale: 2')).toEqual(['files { shared: true }']);
  expect(
    await volumes('volumes: ["files:/files"]', '  api:\n    image: shop/api:1\n    volumes: ["files:/files:ro"]\n'),
  ).toEqual(['files { shared: true }']);
  expect(await volumes('volumes: ["web:/files"]')).toEqual(['web-data']);
});

test('a database without calls is a warning', async () => {
  expect((await folder.import(service('', DB))).warnings).toEqual([
    'The files show no calls to db. If there are calls, add them to the chart.',
  ]);
});
