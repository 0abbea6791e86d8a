import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, type DatabaseOptions, Image, Namespace } from '../../../src/index';
import { check } from '../../../src/check/check';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf } from '../render';

function render(options: DatabaseOptions) {
  const objects = objectsOf(chart((scope) => new Database(scope, 'orders', options)));
  const cronJob = (name: string) => find(objects, 'CronJob', name).spec;
  const podOf = (name: string) => cronJob(name).jobTemplate.spec.template.spec;
  return { objects, cronJob, podOf };
}

describe('the objects of a backup', () => {
  test('a CronJob dumps every night, and a suspended CronJob restores', () => {
    const { cronJob } = render({ backup: {} });
    expect(cronJob('orders-backup')).toMatchObject({
      schedule: '0 3 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 43_200,
      jobTemplate: { spec: { backoffLimit: 4, activeDeadlineSeconds: 43_200 } },
    });
    expect(cronJob('orders-restore')).toMatchObject({
      suspend: true,
      startingDeadlineSeconds: 60,
      jobTemplate: { spec: { backoffLimit: 0 } },
    });
  });

  test.each(['postgres', 'mysql', 'mariadb'] as const)('%s with a backup passes the hardened profile', (engine) => {
    const app = chart((scope) => {
      new Namespace(scope, 'shop');
      new Database(scope, 'orders', { engine, backup: {} });
    });
    expect(
      check(
        synthesize(app).flatMap(({ manifests }) => manifests),
        'hardened',
      ),
    ).toEqual([]);
  });

  test('every option sets its fields', () => {
    const { objects, cronJob, podOf } = render({
      image: Image.of('postgres:18.1'),
      user: 70,
      storage: '9Gi',
      storageClass: 'fast',
      backup: { schedule: '*/30 * * * *', timeZone: 'Europe/Berlin', keep: 3, storage: '2Gi', storageClass: 'slow' },
    });
    expect(cronJob('orders-backup')).toMatchObject({ schedule: '*/30 * * * *', timeZone: 'Europe/Berlin' });
    expect(find(objects, 'PersistentVolumeClaim', 'orders-backup').spec).toMatchObject({
      storageClassName: 'slow',
      resources: { requests: { storage: '2Gi' } },
    });
    expect(podOf('orders-backup')).toMatchObject({
      securityContext: { runAsUser: 70 },
      containers: [{ image: 'postgres:18.1', env: expect.arrayContaining([{ name: 'KEEP', value: '3' }]) }],
    });
    const plain = find(
      render({ storage: '9Gi', storageClass: 'fast', backup: {} }).objects,
      'PersistentVolumeClaim',
      'orders-backup',
    ).spec;
    expect(plain).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '9Gi' } },
    });
  });

  test.each(['orders-backup', 'orders-restore'])(
    '%s runs with the least permissions, as the user of the database',
    (name) => {
      const pod = render({ backup: {} }).podOf(name);
      expect(pod).toMatchObject({
        serviceAccountName: 'orders-backup',
        automountServiceAccountToken: false,
        restartPolicy: 'Never',
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      const secrets = pod.containers[0].env.flatMap(
        ({ valueFrom }: { valueFrom?: { secretKeyRef?: object } }) => valueFrom?.secretKeyRef ?? [],
      );
      expect(secrets).toEqual([{ name: 'orders', key: 'password' }]);
    },
  );

  test('it can connect only to the database and to DNS; nothing can connect to it', () => {
    const { objects } = render({ backup: {} });
    const { egress, ...spec } = find(objects, 'NetworkPolicy', 'orders-backup').spec;
    const peer = (name: string) => ({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'shop' } },
    });
    expect(spec).not.toHaveProperty('ingress');
    expect(egress.slice(1)).toEqual([{ to: [peer('orders')], ports: [{ port: 5432, protocol: 'TCP' }] }]);
    expect(find(objects, 'NetworkPolicy', 'orders').spec.ingress).toEqual([
      { from: [peer('orders-backup')], ports: [{ port: 5432, protocol: 'TCP' }] },
    ]);
  });

  test('with several servers it dumps the primary, with the password of the operator', () => {
    const [container] = render({ instances: 3, backup: {} }).podOf('orders-backup').containers;
    expect(container.image).toBe('ghcr.io/cloudnative-pg/postgresql:17-standard-trixie');
    expect(container.env).toEqual(
      expect.arrayContaining([
        { name: 'DATABASE_HOST', value: 'orders-rw' },
        { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-app', key: 'password' } } },
      ]),
    );
  });
});

/** The scripts from the manifests. Only the programs of the server are replaced, and sleep does not wait. */
describe.each([
  { engine: 'postgres', ending: 'dump', dumper: 'pg_dump', client: 'psql' },
  { engine: 'mariadb', ending: 'sql.gz', dumper: 'mariadb-dump', client: 'mariadb' },
  { engine: 'mysql', ending: 'sql.gz', dumper: 'mysqldump', client: 'mysql' },
] as const)('the scripts of $engine', ({ engine, ending, dumper, client }) => {
  let folder = '';
  const dumps = () => join(folder, 'dumps');
  const stub = (name: string, script: string) => {
    writeFileSync(join(folder, 'bin', name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  };
  // A dump contains the content of the file `database`. A restore writes the dump to that file.
  const dump =
    engine === 'postgres'
      ? 'for option in "$@"; do [[ $option == --file=* ]] && out=${option#--file=}; done; cat "$FOLDER/database" > "$out"'
      : 'cat "$FOLDER/database"; echo; echo "-- Dump completed"';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'callsign-dumps-'));
    for (const name of ['bin', 'dumps']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'database'), 'rows of today\n');
    stub('sleep', 'true');
    stub(dumper, dump);
    stub(client, 'case "$*" in *"SELECT 1"*) [ ! -e "$FOLDER/down" ] ;; *) cat > "$FOLDER/database" ;; esac');
    stub(
      'pg_restore',
      'for last in "$@"; do :; done; case "$*" in *--list*) echo "contents" ;; *--file=/dev/null*) ! grep -q broken "$last" ;; *) cat "$last" ;; esac',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(name: 'backup' | 'restore', env: Record<string, string> = {}) {
    const [container] = render({ engine, backup: { keep: 2 } }).podOf(`orders-${name}`).containers as {
      command: [string, string, string];
    }[];
    const [shell, option, script] = container!.command;
    const variables = {
      DATABASE_HOST: 'orders',
      DATABASE_PORT: '1',
      DATABASE_NAME: 'orders',
      DATABASE_USER: 'orders',
      DATABASE_PASSWORD: 'secret',
      KEEP: '2',
      FOLDER: folder,
    };
    const text = script.replaceAll('/tmp/', `${folder}/`).replaceAll('cd /dumps', `cd ${dumps()}`);
    return spawnSync(shell, [option, text], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOSTNAME: 'pod-1', ...variables, ...env },
    });
  }
  const older = (...days: string[]) =>
    days.map((day) => {
      const name = `orders-${day}T03-00-00Z.${ending}`;
      writeFileSync(join(dumps(), name), 'old');
      return name;
    });

  test('the name of a dump contains the time, and only the newest dumps are kept', () => {
    const [, second] = older('2025-01-01', '2025-01-02');
    const { status, stdout, stderr } = run('backup');
    expect([status, stderr]).toEqual([0, '']);
    const names = readdirSync(dumps());
    expect(names).toEqual([
      second,
      expect.stringMatching(
        new RegExp(`^orders-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ\\.${ending.replace('.', '\\.')}$`),
      ),
    ]);
    expect(stdout).toMatch(/ bytes\norders-2025-01-01.*: removed, 2 are kept\n$/);
  });

  test('a failed dump leaves no file, and removes no other dump', () => {
    const names = older('2025-01-01', '2025-01-02', '2025-01-03');
    stub(dumper, engine === 'postgres' ? `${dump}; exit 3` : 'echo "CREATE TABLE a"; exit 3');
    expect(run('backup').status).toBe(3);
    expect(readdirSync(dumps())).toEqual(names);
  });

  test('an incomplete dump is a failure, even if its program exits with 0', () => {
    const names = older('2025-01-01', '2025-01-02', '2025-01-03');
    if (engine === 'postgres') stub('pg_restore', 'exit 1');
    else stub(dumper, 'echo "CREATE TABLE a"');
    expect(run('backup').status).not.toBe(0);
    expect(readdirSync(dumps())).toEqual(names);
  });

  test('the old file of a killed pod is removed, but not the file that another pod writes', () => {
    writeFileSync(join(dumps(), '.dead.part'), '');
    utimesSync(join(dumps(), '.dead.part'), 0, 0);
    writeFileSync(join(dumps(), '.alive.part'), '');
    expect(run('backup').status).toBe(0);
    expect(readdirSync(dumps()).filter((name) => name.startsWith('.'))).toEqual(['.alive.part']);
  });

  test.each(['backup', 'restore'] as const)(
    '%s fails if the server does not answer, and reports the reason',
    (name) => {
      writeFileSync(join(folder, 'down'), '');
      stub(client, 'echo "no route to orders" >&2; exit 1');
      older('2025-01-01');
      const { status, stderr } = run(name);
      expect([status, stderr]).toEqual([1, 'no route to orders\n']);
    },
  );

  test('a restore uses the newest dump, or the dump in the variable DUMP', () => {
    const contents = () => readFileSync(join(folder, 'database'), 'utf8');
    expect(run('backup').status).toBe(0);
    const [first] = readdirSync(dumps());
    writeFileSync(join(folder, 'database'), 'rows of tomorrow\n');
    writeFileSync(join(dumps(), `stock-9999-01-01T03-00-00Z.${ending}`), "another database's");
    const newest = run('restore');
    expect([newest.status, newest.stderr, newest.stdout]).toEqual([0, '', `orders is what it was in ${first}\n`]);
    expect(contents()).toContain('rows of today');
    writeFileSync(join(dumps(), `orders-9999-01-01T03-00-00Z.${ending}`), 'broken');
    writeFileSync(join(folder, 'database'), '');
    expect(run('restore', { DUMP: first! }).status).toBe(0);
    expect(contents()).toContain('rows of today');
  });

  test('a restore of an unreadable dump changes nothing', () => {
    writeFileSync(join(dumps(), `orders-9999-01-01T03-00-00Z.${ending}`), 'broken');
    expect(run('restore').status).not.toBe(0);
    expect(readFileSync(join(folder, 'database'), 'utf8')).toBe('rows of today\n');
  });

  test('if the dump does not exist, a restore lists the existing dumps', () => {
    expect(run('restore')).toMatchObject({ status: 1, stderr: 'There is no dump at all. There are: none\n' });
    const [name] = older('2025-01-01');
    expect(run('restore', { DUMP: 'gone' })).toMatchObject({
      status: 1,
      stderr: `There is no dump gone. There are: ${name}\n`,
    });
  });
});

test('a restore of PostgreSQL replaces all data in one transaction, which an incomplete dump does not commit', () => {
  const [container] = render({ backup: {} }).podOf('orders-restore').containers;
  const script = container.command[2] as string;
  expect(script).toMatch(
    /DROP OWNED BY CURRENT_USER;[^]*\|\| printf '\\n\\\\\.\\nthe dump broke off;\\n'\n\} \| .*psql .*--single-transaction --set=ON_ERROR_STOP=1/,
  );
});
