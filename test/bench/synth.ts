import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { median } from './median';

// Compares the time of a synthesis, with the wiring check, with that of a plain cdk8s app that makes the same objects.
// Both are whole processes. They run in turn, so that a slow moment of the machine affects both.
const SIZES = (process.env.SIZES ?? '3,30,300,1000').split(',').map(Number);
const RUNS = Number(process.env.RUNS ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'callsign-bench-'));

function run(app: string, n: number, shape: string): number {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(
    process.execPath,
    [join(__dirname, 'apps', `${app}.js`), String(n), shape, join(folder, app, shape, String(n))],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`${app} with ${n} microservices ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The objects that a run wrote, sorted. */
function objects(app: string, n: number, shape: string): string[] {
  const out = join(folder, app, shape, String(n));
  return readdirSync(out)
    .flatMap((name) => loadAll(readFileSync(join(out, name), 'utf8')))
    .map((object) => JSON.stringify(object))
    .toSorted();
}

try {
  console.log(`Node ${process.version}, median of ${RUNS} runs in milliseconds, whole process`);
  console.log('| shape | microservices | Callsign | plain cdk8s | ratio | ms per further microservice |');
  console.log('|---|---:|---:|---:|---:|---:|');
  for (const shape of ['chain', 'star']) {
    let last: { n: number; ms: number } | undefined;
    for (const n of SIZES) {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let i = 0; i <= RUNS; i++) {
        ours.push(run('callsign', n, shape));
        theirs.push(run('cdk8s', n, shape));
      }
      if (JSON.stringify(objects('callsign', n, shape)) !== JSON.stringify(objects('cdk8s', n, shape)))
        throw new Error('The objects differ, so the comparison is invalid.');
      // The first run of each program warms the caches.
      const [a, b] = [median(ours.slice(1)), median(theirs.slice(1))];
      const slope = last ? ((a - last.ms) / (n - last.n)).toFixed(2) : '';
      console.log(`| ${shape} | ${n} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(a / b).toFixed(2)} | ${slope} |`);
      last = { n, ms: a };
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
