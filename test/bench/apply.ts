import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './median';

// Compares callsign apply with kubectl apply and kubectl rollout status, and with Helm if it is installed, in the cluster
// of the current context. The images must be on its nodes: `npm run images -- --kind NAME` and
// `kind load docker-image node:24-slim postgres:17 --name NAME`.
// The tools run in turn, so that a slow moment of the machine affects both. The namespaces are deleted in between.
const RUNS = Number(process.env.RUNS ?? 3);
const ROOT = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'callsign-bench-'));

interface Subject {
  readonly name: string;
  readonly app: string;
  readonly namespace: string;
}

const SUBJECTS: readonly Subject[] = [
  { name: 'blog', app: 'src/charts/app.ts', namespace: 'blog' },
  { name: '200 objects', app: 'test/bench/apps/many.js', namespace: 'bench' },
];
/** The change: one more replica of web. */
const CHANGED = { blog: '3', bench: '2' } as const;
const STEPS = ['fresh, until ready', 'unchanged', 'one change, until ready'] as const;

function run(command: string, args: readonly string[], env: Record<string, string> = {}): void {
  const { status, stderr, stdout } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}${stdout.slice(-2_000)}`);
}

function milliseconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const callsign = (command: string, { app }: Subject, env: Record<string, string>, ...more: string[]) =>
  run(process.execPath, ['bin/callsign.js', command, '--app', app, ...more], env);

/** The three steps with one tool, from a cluster without the namespace. */
function measure(subject: Subject, apply: (env: Record<string, string>) => void): number[] {
  run('kubectl', ['delete', 'namespace', subject.namespace, '--ignore-not-found']);
  run('kubectl', ['delete', 'clusterrole,clusterrolebinding', '-l', `app.kubernetes.io/part-of=${subject.namespace}`]);
  run('kubectl', ['-n', 'default', 'delete', 'configmap,lease', subject.namespace, '--ignore-not-found']);
  for (const label of [`callsign.dev/history-of=${subject.namespace}`, `owner=helm,name=${subject.namespace}`])
    run('kubectl', ['-n', 'default', 'delete', 'secret', '-l', label]);
  const change = { CALLSIGN_WEB_REPLICAS: CHANGED[subject.namespace as keyof typeof CHANGED] };
  return [{}, {}, change].map((env) => milliseconds(() => apply(env)));
}

/** A tool, and how it brings the charts into the cluster until everything is ready. All start from the charts. */
interface Tool {
  readonly name: string;
  readonly apply: (subject: Subject, env: Record<string, string>) => void;
}

const TOOLS: readonly Tool[] = [
  { name: 'callsign apply', apply: (subject, env) => callsign('apply', subject, env) },
  {
    name: 'kubectl',
    apply(subject, env) {
      const out = join(folder, subject.namespace);
      callsign('synth', subject, env, '--out', out);
      run('kubectl', ['apply', '-f', out]);
      run('kubectl', ['-n', subject.namespace, 'rollout', 'status', 'deployment', '--timeout=300s']);
    },
  },
  ...(hasHelm() ? [{ name: 'Helm', apply: applyWithHelm }] : []),
];

function hasHelm(): boolean {
  return spawnSync('helm', ['version', '--short']).status === 0;
}

/** The manifests as the templates of a chart, so that Helm has nothing to compute. */
function applyWithHelm(subject: Subject, env: Record<string, string>): void {
  const chart = join(folder, `helm-${subject.namespace}`);
  const templates = join(chart, 'templates');
  mkdirSync(templates, { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: ${subject.namespace}\nversion: 0.1.0\n`);
  callsign('synth', subject, env, '--out', templates);
  for (const file of readdirSync(templates)) {
    const path = join(templates, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('{{', '{{ "{{" }}'));
  }
  const options = ['--wait', '--timeout', '300s', '--namespace', 'default'];
  run('helm', ['upgrade', '--install', subject.namespace, chart, ...options]);
}

try {
  console.log(`Node ${process.version}, medians of ${RUNS} rounds in seconds`);
  const peers = TOOLS.slice(1);
  console.log(
    `| application | step | ${TOOLS.map(({ name }) => name).join(' | ')} | ${peers.map(({ name }) => `ratio to ${name}`).join(' | ')} |`,
  );
  console.log(`|---|---|${'---:|'.repeat(TOOLS.length + peers.length)}`);
  for (const subject of SUBJECTS) {
    const times = new Map(TOOLS.map((tool) => [tool, [] as number[][]]));
    for (let i = 0; i < RUNS; i++)
      for (const tool of TOOLS) times.get(tool)!.push(measure(subject, (env) => tool.apply(subject, env)));
    for (const [i, step] of STEPS.entries()) {
      const seconds = TOOLS.map((tool) => median(times.get(tool)!.map((round) => round[i]!)) / 1_000);
      const ratios = seconds.slice(1).map((peer) => (seconds[0]! / peer).toFixed(2));
      console.log(
        `| ${subject.name} | ${step} | ${[...seconds.map((value) => value.toFixed(1)), ...ratios].join(' | ')} |`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
