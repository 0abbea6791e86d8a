import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Compares callsign apply with kubectl apply and kubectl rollout status, in the cluster of the current context. The
// images must be on its nodes: `npm run images -- --kind NAME` and `kind load docker-image node:24-slim --name NAME`.
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
  run('kubectl', ['-n', 'default', 'delete', 'configmap,lease', subject.namespace, '--ignore-not-found']);
  const change = { CALLSIGN_WEB_REPLICAS: CHANGED[subject.namespace as keyof typeof CHANGED] };
  return [{}, {}, change].map((env) => milliseconds(() => apply(env)));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

try {
  console.log(`Node ${process.version}, medians of ${RUNS} rounds in seconds`);
  console.log('| application | step | callsign apply | kubectl | ratio |');
  console.log('|---|---|---:|---:|---:|');
  for (const subject of SUBJECTS) {
    const out = join(folder, subject.namespace);
    const ours: number[][] = [];
    const theirs: number[][] = [];
    for (let i = 0; i < RUNS; i++) {
      ours.push(measure(subject, (env) => callsign('apply', subject, env)));
      theirs.push(
        measure(subject, (env) => {
          // Both start from the charts.
          callsign('synth', subject, env, '--out', out);
          run('kubectl', ['apply', '-f', out]);
          run('kubectl', ['-n', subject.namespace, 'rollout', 'status', 'deployment', '--timeout=300s']);
        }),
      );
    }
    for (const [i, step] of STEPS.entries()) {
      const [a, b] = [ours, theirs].map((rounds) => median(rounds.map((round) => round[i]!)) / 1_000);
      console.log(`| ${subject.name} | ${step} | ${a!.toFixed(1)} | ${b!.toFixed(1)} | ${(a! / b!).toFixed(2)} |`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
