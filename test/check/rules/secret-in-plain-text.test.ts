import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { githubReport } from '../../../src/cli/reports/github';
import { jsonReport } from '../../../src/cli/reports/json';
import type { Report } from '../../../src/cli/reports/report';
import { sarifReport } from '../../../src/cli/reports/sarif';
import { textReport } from '../../../src/cli/reports/text';
import { deployment, documents } from '../problems-in';

const code = 'secret-in-plain-text';

function reportOf(yaml: string): Report {
  const { manifests, problems } = readManifests(yaml, 'shop.yaml');
  expect(problems).toEqual([]);
  return {
    problems: check(manifests, 'hardened'),
    hints: [],
    objects: manifests.length,
    passedOver: 0,
    passedFolders: [],
    line: (_, line) => yaml.split('\n')[line - 1],
  };
}

const found = (yaml: string) =>
  reportOf(yaml)
    .problems.filter((problem) => problem.code === code)
    .map(({ field, message, got, fix }) => ({ field, message, got, fix }));

const configMap = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata:\n${data}`;

test('a password in the URL of a variable: the fix names the database of the chart', () => {
  expect(found(deployment('env: [{ name: DATABASE_URL, value: "postgres://shop:hunter2@db/shop" }]'))).toEqual([
    {
      field: 'spec.template.spec.containers[0].env[0].value',
      message: 'The container "web" has a secret in plain text in the variable "DATABASE_URL".',
      got: 'a password in the URL postgres://***@db',
      fix: "Write $(NAME) instead of the secret, and set NAME before DATABASE_URL from a Secret. In a chart: env: { NAME: { secret: 'SECRET', key: 'KEY' } }. In YAML: valueFrom.secretKeyRef. For a Database of the chart, set the option database, and write $(DATABASE_PASSWORD).",
    },
  ]);
});

test('a variable whose name says that it is secret', () => {
  expect(found(deployment('env: [{ name: DB_PASSWORD, value: hunter2 }, { name: SMTP_PASS, value: a-b }]'))).toEqual([
    expect.objectContaining({ message: 'The container "web" has the secret "DB_PASSWORD" in plain text.' }),
    expect.objectContaining({ message: 'The container "web" has the secret "SMTP_PASS" in plain text.' }),
  ]);
});

test.each([
  ['args: [--password, hunter2]', 'args[1]', 'the value of --password'],
  ['args: ["--db=amqp://shop:hunter2@mq"]', 'args[0]', 'a password in the URL amqp://***@mq'],
  ['command: [redis-cli]\nargs: [-a, hunter2, ping]', 'args[1]', 'the value of -a'],
  ['command: [sh, -c, "PGPASSWORD=hunter2 psql"]', 'command[2]', 'the value of PGPASSWORD'],
  [
    'command: [sh, -c, "mysql -phunter2 || curl http://a:hunter2@b"]',
    'command[2]',
    'a password in the URL http://***@b, and 1 more secret',
  ],
  [
    'livenessProbe: { exec: { command: [mysqladmin, ping, -phunter2] } }',
    'livenessProbe.exec.command[2]',
    'the value of -p',
  ],
  [
    'lifecycle: { preStop: { exec: { command: [redis-cli, -a, hunter2, shutdown] } } }',
    'lifecycle.preStop.exec.command[2]',
    'the value of -a',
  ],
  [
    'readinessProbe: { httpGet: { port: 80, httpHeaders: [{ name: Authorization, value: Basic c2hvcDpodW50ZXIy } ] } }',
    'readinessProbe.httpGet.httpHeaders[0].value',
    'a plain value',
  ],
])('%s', (container, field, got) => {
  expect(found(deployment(container))).toEqual([
    expect.objectContaining({ field: `spec.template.spec.containers[0].${field}`, got }),
  ]);
});

test.each([
  ['  DB_PASSWORD: hunter2', 'data.DB_PASSWORD', 'a plain value'],
  ['  url: redis://:hunter2@cache', 'data.url', 'a password in the URL redis://***@cache'],
  [
    '  app.properties: |\n    # url=redis://:hunter1@cache\n    url=jdbc:mysql://root:hunter2@db',
    "data['app.properties']",
    'a password in the URL mysql://***@db (line 2)',
  ],
])('a ConfigMap: %s', (data, field, got) => {
  expect(found(configMap(data))).toEqual([expect.objectContaining({ field, got })]);
});

test.each([
  ['a reference', deployment('env: [{ name: URL, value: "postgres://shop:$(PASSWORD)@db" }]')],
  ['a placeholder', deployment('env: [{ name: DB_PASSWORD, value: "<password>" }, { name: B_TOKEN, value: "${T}" }]')],
  ['a path', deployment('env: [{ name: DB_PASSWORD, value: /run/secrets/db }]')],
  ['an argument with a reference', deployment('args: [--password, $(PASSWORD), --url=redis://:$(PASSWORD)@cache]')],
  ['a number instead of a word', deployment('env: [{ name: URL }]\nargs: []')],
  ['a comment in a file', configMap('  a.conf: |\n    # redis://:hunter2@cache\n    // amqp://a:hunter2@b\n')],
  ['a page about URLs', configMap('  README.md: Write postgres://user:hunter2@db.')],
  ['the name of a Secret in a setting', configMap('  TLS_SECRET: web-tls')],
  ['a file whose name ends in token', configMap('  token: |\n    a b\n    c d')],
])('%s is not a secret', (_, yaml) => {
  expect(found(yaml)).toEqual([]);
});

test('no report contains the secret, not even the line of another problem', () => {
  const report = reportOf(
    documents(
      deployment(
        [
          'args: ["--url=postgres://shop:hunter2@no-such-host/shop", --password, hunter2]',
          'env: [{ name: DB_PASSWORD, value: hunter2 }, { name: URL, value: "redis://:hunter2@no-such-host" }]',
        ].join('\n'),
      ),
      configMap('  url: "redis://:hunter2@no-such-host"'),
    ),
  );
  expect(report.problems.filter((problem) => problem.code === code)).toHaveLength(5);
  expect(report.problems.filter((problem) => problem.code === 'host-unknown')).toHaveLength(3);
  const all = [
    textReport(report, false),
    textReport(report, true),
    jsonReport(report),
    sarifReport(report),
    githubReport(report),
  ];
  for (const text of all) {
    expect(text).toContain(code);
    expect(text).not.toContain('hunter2');
  }
});
