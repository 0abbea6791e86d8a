import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './median';

// Compares the time of a check of many objects with the time of parsing the same text with `yaml`. The processes run in
// turn, so that a slow moment of the machine affects both. The start of Node.js is not measured.
const OBJECTS = Number(process.env.OBJECTS ?? 5000);
const RUNS = Number(process.env.RUNS ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'callsign-bench-'));
const file = join(folder, 'all.yaml');

/** As many blogs as needed, each with its own namespace and host. */
function manifests(): string {
  const documents = readFileSync(join(__dirname, '../../k8s-out/blog.k8s.yaml'), 'utf8')
    .split(/^---\n/m)
    .slice(1);
  const copies = Math.ceil(OBJECTS / (documents.length + 1));
  const copy = (i: number) => [
    `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: blog-${i}\n`,
    ...documents.map((text) =>
      text
        .replaceAll(/^( +)namespace: blog$/gm, `$1namespace: blog-${i}`)
        .replaceAll('host: blog.', `host: blog-${i}.`),
    ),
  ];
  return Array.from({ length: copies }, (_, i) => copy(i))
    .flat()
    .map((text) => `---\n${text}`)
    .join('');
}

interface Result {
  readonly ms: number;
  readonly megabytes: number;
  readonly objects: number;
  readonly problems?: number;
}

function run(what: string): Result {
  const { status, stdout } = spawnSync(process.execPath, [join(__dirname, 'apps', `${what}.js`), file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${what} ended with ${status}`);
  return JSON.parse(stdout) as Result;
}

try {
  writeFileSync(file, manifests());
  const runs: Record<string, Result[]> = { parse: [], check: [] };
  for (let i = 0; i < RUNS; i++) for (const what of Object.keys(runs)) runs[what]!.push(run(what));
  const [parse, check] = [runs.parse!, runs.check!];
  console.log(
    `Node ${process.version}, ${check[0]!.objects} objects in ${(readFileSync(file).length / 1e6).toFixed(1)} MB, ${check[0]!.problems} problems, median of ${RUNS} runs`,
  );
  console.log('| | ms | MB at most |\n|---|---:|---:|');
  for (const [what, all] of Object.entries(runs))
    console.log(
      `| ${what} | ${median(all.map(({ ms }) => ms)).toFixed(0)} | ${median(all.map(({ megabytes }) => megabytes)).toFixed(0)} |`,
    );
  const ratio = median(check.map(({ ms }) => ms)) / median(parse.map(({ ms }) => ms));
  console.log(`ratio ${ratio.toFixed(2)}`);
  if (ratio >= 2) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
