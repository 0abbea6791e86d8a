import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { PROJECT } from '../support/blog';
import { must } from '../support/command';
import { DATABASES, NAMESPACE, type TestDatabase, finishJob, podOf, ready, sql } from '../support/databases';
import { pullMissing, removeImages } from '../support/images';
import { imagesOf } from '../support/manifests';
import { holds } from '../support/promise';
import { secondsSince } from '../support/until';

export const databases: Step = {
  name: 'databases',
  promise:
    'PostgreSQL and MariaDB keep their rows when their pod or their image is replaced. A backup restores deleted rows.',
  apart: true,
  minutes: 10,
  async run(context) {
    const { kubectl, cluster, signal } = context;
    const folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-'));
    try {
      await must('node', ['bin/callsign.js', 'synth', '--app', 'src/charts/examples/databases.ts', '--out', folder], {
        cwd: PROJECT,
        signal,
      });
      const images = imagesOf(folder);
      await pullMissing(images, signal);
      await cluster.load('worker', images);
      const start = Date.now();
      await kubectl.must(['apply', '-f', folder]);
      for (const database of DATABASES) await ready(context, database);
      const secondsUntilReady = secondsSince(start);
      const evidence: Record<string, object> = {};
      for (const database of DATABASES)
        evidence[database.name] = {
          ...(await keepsItsRow(context, database, folder)),
          ...(await comesBack(context, database)),
        };
      return { secondsUntilReady, databases: DATABASES.length, ...evidence };
    } finally {
      rmSync(folder, { recursive: true });
      await kubectl.run(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=240s'], {
        timeoutMs: 250_000,
      });
      await removeImages(DATABASES.map(({ image }) => nextOf(image)));
    }
  },
};

/** The same image under another name. For the cluster it is a new release. */
const nextOf = (image: string) => `${image}-e2e-next`;

async function keepsItsRow(context: Context, database: TestDatabase, folder: string): Promise<object> {
  const { kubectl, cluster, signal, say } = context;
  const { name, image } = database;
  for (const statement of database.setUp) await sql(context, database, statement);
  holds(
    (await sql(context, database, database.whoAmI)) === database.plainUser,
    `the user of ${name} is not a superuser`,
  );

  // A busy client must not delay the shutdown or make it unclean: otherwise the next start must recover.
  const { uid } = (await podOf(context, database)).metadata;
  const busy = sql(context, database, database.sleep).catch(() => undefined);
  const gone = Date.now();
  await kubectl.must(['-n', NAMESPACE, 'delete', 'pod', `${name}-0`, '--timeout=120s'], { timeoutMs: 130_000 });
  await busy;
  await ready(context, database);
  const secondsToReplace = secondsSince(gone);
  holds((await podOf(context, database)).metadata.uid !== uid, `${name} has a new pod`);
  const log = await kubectl.must(['-n', NAMESPACE, 'logs', `${name}-0`]);
  holds(!database.recovered.test(log), `${name} shut down cleanly, without recovery`, log.slice(-1_000));
  await hasRows(context, database, 'after its pod was deleted');
  say(`${name}: the pod was replaced in ${secondsToReplace} s`);

  await must('docker', ['tag', image, nextOf(image)], { signal });
  await cluster.load('worker', [nextOf(image)]);
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`image: ${image}\n`, `image: ${nextOf(image)}\n`));
  }
  await kubectl.must(['apply', '-f', folder]);
  await ready(context, database);
  const { spec } = await podOf(context, database);
  holds(spec.containers[0]!.image === nextOf(image), `${name} runs the new image`, spec.containers[0]);
  await hasRows(context, database, 'after its image changed');
  return { secondsToReplace };
}

/** A backup, deleted rows, and a restore. */
async function comesBack(context: Context, database: TestDatabase): Promise<object> {
  const { name } = database;
  const start = Date.now();
  const dump = await finishJob(context, name, 'backup');
  await sql(context, database, 'DELETE FROM orders');
  await sql(context, database, 'CREATE TABLE newer (id int)');
  holds((await sql(context, database, database.items)) === '', `the rows of ${name} are deleted`);
  const restored = await finishJob(context, name, 'restore');
  await hasRows(context, database, 'after the restore');
  const tables = await sql(context, database, database.tables);
  holds(tables === 'orders', `${name} contains the restored tables only`, tables);
  return { dump, restored, secondsToDumpAndRestore: secondsSince(start) };
}

async function hasRows(context: Context, database: TestDatabase, when: string): Promise<void> {
  const items = await sql(context, database, database.items);
  holds(items === database.expected, `${database.name} has its rows ${when}`, { items });
}
