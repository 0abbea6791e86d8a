import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { PROJECT } from '../support/blog';
import { must } from '../support/command';
import { Gateway } from '../support/gateway';
import { imagesHere, pullMissing, removeImages } from '../support/images';
import type { Pod } from '../support/kubectl';
import { imagesOf } from '../support/manifests';
import { PUBLIC_VARIABLES } from '../support/public-gateway';
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
    const project = new ComposeProject(context);
    try {
      const report = await project.callsign('import', 'compose', 'compose.yaml', '--out', 'chart.ts');
      const [, keys = '', counts = ''] = /^(\d+) keys: (.*)$/m.exec(report) ?? [];
      holds(counts.endsWith(' 0 refused'), 'every key of the compose file is imported', report);
      await project.callsign('images', '--app', 'chart.ts', '--kind', cluster.name);
      await project.callsign('synth', '--app', 'chart.ts');
      await project.callsign('check', 'k8s-out');
      project.holdsNoPassword(report);

      const others = imagesOf(project.manifests).filter((image) => !image.startsWith(NAMESPACE));
      await pullMissing(others, signal);
      await cluster.load('worker', others);
      const start = Date.now();
      const made = await project.makeSecrets(report);
      await kubectl.must(['apply', '-f', project.manifests]);
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
      await kubectl.run(['delete', 'namespace', NAMESPACE, '--wait=false', '--ignore-not-found']);
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

/** A user's folder with a compose file and the installed package. */
class ComposeProject {
  readonly #folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-imported-'));
  readonly manifests = join(this.#folder, 'k8s-out');

  constructor(private readonly context: Context) {
    cpSync(join(__dirname, '..', 'programs', 'imported'), this.#folder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      cpSync(join(PROJECT, 'services', name), join(this.#folder, 'notes', name));
    const compose = readFileSync(join(this.#folder, 'compose.yaml'), 'utf8');
    holds(
      PASSWORDS.every((password) => compose.includes(password)),
      'the compose file contains the passwords',
    );
    const modules = join(this.#folder, 'node_modules');
    mkdirSync(join(modules, 'callsign-k8s'), { recursive: true });
    writeFileSync(
      join(modules, 'callsign-k8s', 'index.js'),
      `module.exports = require(${JSON.stringify(join(PROJECT, 'src/index.ts'))});\n`,
    );
    for (const name of ['cdk8s', 'constructs']) symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  }

  callsign(...args: string[]): Promise<string> {
    return must('node', [join(PROJECT, 'bin/callsign.js'), ...args], {
      cwd: this.#folder,
      env: PUBLIC_VARIABLES,
      signal: this.context.signal,
      timeoutMs: 300_000,
    });
  }

  /** Runs the commands at the end of the report, with real values. Returns the number of created Secrets. */
  async makeSecrets(report: string): Promise<number> {
    const { kubectl, signal } = this.context;
    const commands = report.split('\n').filter((line) => line.startsWith('  kubectl '));
    for (const command of commands) {
      await must('sh', ['-c', command.replaceAll('…', TOKEN)], {
        cwd: this.#folder,
        signal,
        env: { KUBECONFIG: kubectl.kubeconfig },
      });
    }
    return commands.filter((command) => command.includes('create secret')).length;
  }

  /** Checks that the written files and the report contain no password. */
  holdsNoPassword(report: string): void {
    const files = [
      join(this.#folder, 'chart.ts'),
      ...readdirSync(this.manifests).map((name) => join(this.manifests, name)),
    ];
    const found = files.filter((file) => PASSWORDS.some((password) => readFileSync(file, 'utf8').includes(password)));
    holds(found.length === 0, 'no written file contains a password', found);
    holds(!PASSWORDS.some((password) => report.includes(password)), 'the report contains no password', report);
  }

  async remove(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    await removeImages(await imagesHere(`${NAMESPACE}/*`));
  }
}
