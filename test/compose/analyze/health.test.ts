import { body, composeFolder, service } from '../import';

const folder = composeFolder();

/** The health of a service on port 8080, from its health check. */
async function health(check: string, keys = 'expose: [8080]'): Promise<string | undefined> {
  const { chart, problems } = await folder.import(service(`${keys}\nhealthcheck:\n  ${check}`));
  expect(problems).toEqual([]);
  return /health: (\{.*\}|\{[^]*?\n {2}\}),/.exec(body(chart))?.[1]?.replace(/\s+/g, ' ');
}

test.each([
  ['[CMD, curl, -f, "http://localhost:8080/health"]', '/health'],
  ['curl -f http://localhost:8080/health || exit 1', '/health'],
  ['[CMD-SHELL, "curl --silent --fail localhost:8080/_cluster/health || exit 1"]', '/_cluster/health'],
  ['[CMD, wget, --no-verbose, --tries=1, --spider, "http://127.0.0.1:8080"]', '/'],
  ['wget -qO- http://web:8080/ping > /dev/null 2>&1', '/ping'],
  ['[CMD, /usr/bin/curl, "http://[::1]:8080/a/b"]', '/a/b'],
])('%s is a probe over HTTP', async (test, path) =>
  expect(await health(`test: ${test}`)).toBe(`{ live: 'tcp', ready: '${path}' }`),
);

test.each([
  ['[CMD, curl, -f, "http://localhost:9090/health"]', "['curl', '-f', 'http://localhost:9090/health']"],
  ['[CMD, curl, "http://other:8080/health"]', "['curl', 'http://other:8080/health']"],
  ['[CMD, curl, -X, POST, "http://localhost:8080/health"]', "['curl', '-X', 'POST', 'http://localhost:8080/health']"],
  ['[CMD, curl, "http://localhost:8080/health?full=1"]', "['curl', 'http://localhost:8080/health?full=1']"],
  ['curl localhost:8080/a | grep ok', "['sh', '-c', 'curl localhost:8080/a | grep ok']"],
  ['pg_isready -U $$USER', "['sh', '-c', 'pg_isready -U $USER']"],
  ['redis-cli ping', "['redis-cli', 'ping']"],
  ['redis-cli ping || exit 1', "['redis-cli', 'ping']"],
  ["'! pgrep x'", "['sh', '-c', '! pgrep x']"],
  ["'{ check; }'", "['sh', '-c', '{ check; }']"],
  ['exit 0', "['sh', '-c', 'exit 0']"],
  ['cd /x', "['sh', '-c', 'cd /x']"],
  ['exitcode 0', "['exitcode', '0']"],
  ['MODE=x check', "['sh', '-c', 'MODE=x check']"],
  ['a && b', "['sh', '-c', 'a && b']"],
  ["'a\\ b c'", "['sh', '-c', 'a\\\\ b c']"],
  ['[CMD, check, "a b", "$$HOME", "x || exit 1"]', "['check', 'a b', '$HOME', 'x || exit 1']"],
  ['[CMD, "check all"]', "['check all']"],
  ['[CMD-SHELL, "check $$1", "one"]', "['sh', '-c', 'check $1', 'one']"],
])('%s stays a command', async (test, command) =>
  expect(await health(`test: ${test}`)).toBe(`{ live: 'tcp', ready: ${command} }`),
);

test('a command has the hosts of the chart, and localhost for itself', async () => {
  expect(await health('test: [CMD, node, -e, "fetch(\'http://web:8080/x\')"]')).toBe(
    `{ live: 'tcp', ready: ['node', '-e', "fetch('http://localhost:8080/x')"] }`,
  );
  expect(await health('test: [CMD, node, -e, "ask(\'http://web:8080/$$(A)\')"]')).toBe(
    `{ live: 'tcp', ready: ['node', '-e', "ask('http://localhost:8080/$(A)')"] }`,
  );
});

test.each(['test: [NONE]', 'disable: true', 'interval: 10s', 'test: []'])(
  '%s is a probe that opens a connection',
  async (check) => {
    expect(await health(check)).toBe("{ live: 'tcp', ready: 'tcp' }");
  },
);

test('a command keeps its times, and a probe over HTTP has the default interval', async () => {
  const times = 'interval: 15s\n  timeout: 1.5s\n  retries: 4\n  start_period: 2m\n  start_interval: 1s';
  expect(await health(`test: check\n  ${times}`)).toBe(
    "{ live: 'tcp', ready: ['check'], startup: 120, interval: 15, failures: 4 }",
  );
  expect(await health(`test: curl http://localhost:8080/\n  ${times.replace('1.5s', '10s')}`)).toBe(
    "{ live: 'tcp', ready: '/', timeout: 10, startup: 120 }",
  );
});

test('a command reads passwords from variables', async () => {
  const keys = 'expose: [8080]\nenvironment: { DB_PASSWORD: word-of-mouth, ROOT_PASSWORD: root }';
  expect(await health('test: mysqladmin ping -u root -proot', keys)).toBe(
    `{ live: 'tcp', ready: ['sh', '-c', 'mysqladmin ping -u root -p"$ROOT_PASSWORD"'] }`,
  );
  expect(await health('test: [CMD, check, word-of-mouth]', keys)).toBe(
    `{ live: 'tcp', ready: ['sh', '-c', 'check "$DB_PASSWORD"'] }`,
  );
  expect(await health('test: check --password other-word', keys)).toBe("{ live: 'tcp', ready: 'tcp' }");
});
