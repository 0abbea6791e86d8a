import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { PROJECT } from '../support/blog';
import { ComposeProject } from '../support/compose-project';
import { Gateway } from '../support/gateway';
import { pullMissing } from '../support/images';
import type { Pod } from '../support/kubectl';
import { holds } from '../support/promise';
import { secondsSince, until } from '../support/until';

/** The project name of the compose file, and the prefix of its images. */
const NAMESPACE = 'callsign-e2e-imported';
/** The passwords in the compose file. They must not appear anywhere else. */
const TOKEN = 'open-sesame-17';
const PASSWORDS = ['correct-horse-17', TOKEN];

interface Seen {
  readonly notes: readonly { readonly id: string; readonly text: string }[];
  readonly journal: readonly string[];
}

export const imported: Step = {
  name: 'imported',
  promise:
    'An imported compose file with three services runs without changes. Rows and files survive their pods, and no written file contains a password.',
  apart: true,
  async run(context) {
    const { kubectl, gateway, cluster, signal, say } = context;
    const client = new Gateway(`127.0.0.1:${gateway.port}`, `${NAMESPACE}.localhost`);
    await kubectl.gone(NAMESPACE);
    const project = new ComposeProject(context, 'imported');
    for (const name of ['package.json', 'package-lock.json'])
      cpSync(join(PROJECT, 'services', name), join(project.folder, 'notes', name));
    try {
      const report = await project.import();
      const [, keys = '', counts = ''] = /^(\d+) keys: ([^.]*)\./m.exec(report) ?? [];
      holds(counts.endsWith(' 0 refused'), 'every key of the compose file is imported', report);
      await project.build('--kind', cluster.name);
      project.holdsNoPassword(report, PASSWORDS);

      await pullMissing(project.otherImages, signal);
      await cluster.load('worker', project.otherImages);
      const start = Date.now();
      const made = await project.makeSecrets(report, { ADMIN_TOKEN: TOKEN });
      await project.apply();
      const before = await ready(context);
      const first = await until('the page answers through the gateway', 60, () => see(client));
      holds(first.notes[0]?.text === 'from the first start', 'the page shows the row from the first start', first);
      const secondsUntilReady = secondsSince(start);

      const { status, text } = await client.ask('/', { method: 'POST' });
      holds(status === 200, 'a visitor writes a note', { status, text });
      const written = JSON.parse(text) as Seen;
      holds(
        written.notes.length === 2 && written.journal.length === 1,
        'the note is a row in the database and a line in the file',
        written,
      );

      const gone = Date.now();
      await kubectl.must(
        ['-n', NAMESPACE, 'delete', 'pods', '-l', 'app.kubernetes.io/name in (notes, db)', '--timeout=120s'],
        { timeoutMs: 130_000 },
      );
      const after = await ready(context);
      holds(!after.some((uid) => before.includes(uid)), 'both pods are new', { before, after });
      const last = await until('the page answers again', 60, () => see(client));
      holds(
        JSON.stringify(last) === JSON.stringify(written),
        'the new pods have the rows and the file of the old pods',
        { written, last },
      );
      say(`ready in ${secondsUntilReady} s`);
      return {
        keys: Number(keys),
        counts,
        secretsMade: made,
        secondsUntilReady,
        secondsToReplace: secondsSince(gone),
        ...last,
      };
    } finally {
      await project.remove();
    }
  },
};

/** The content of the page. Undefined if it does not answer. */
async function see(client: Gateway): Promise<Seen | undefined> {
  const { status, text } = await client.ask('/');
  return status === 200 ? (JSON.parse(text) as Seen) : undefined;
}

/** Waits until everything is ready. Returns the uids of the pods of the program and its database. */
async function ready({ kubectl }: Context): Promise<string[]> {
  for (const workload of ['statefulset/db', 'deployment/notes', 'deployment/web']) {
    await kubectl.must(['-n', NAMESPACE, 'rollout', 'status', workload, '--timeout=180s'], { timeoutMs: 190_000 });
  }
  const pods = await kubectl.list<Pod>(
    'pods',
    '-n',
    NAMESPACE,
    '-l',
    'app.kubernetes.io/name in (notes, db)',
    '--field-selector=status.phase=Running',
  );
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.uid);
}
