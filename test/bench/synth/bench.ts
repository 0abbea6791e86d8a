import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { identityOf, type KubeObject } from '../../../src/k8s/objects';
import { median } from '../median';
import { writeHelmChart } from './helm-chart';
import { measure, peakMegabytes, type Command, type Measured } from './measure';
import { makeProject, nodeOf } from './project';

// Compares `callsign synth`, with its checks, with programs that write the same objects: Helm, cdk8s and cdk8s-plus. All are
// whole processes of an installed package. They run in turn, so that a slow moment of the machine affects all of them.
const SIZES = (process.env.SIZES ?? '3,30,300,1000,3000').split(',').map(Number);
const RUNS = Number(process.env.RUNS ?? 5);
const NODES = (process.env.NODES ?? '20,24').split(',');

/** The programs of one size: each gets its own empty folder for each run. */
type Peers = Readonly<Record<string, (out: string) => Command>>;

const folder = mkdtempSync(join(tmpdir(), 'callsign-bench-'));
const project = join(folder, 'project');
let runs = 0;
function emptyFolder(): string {
  const path = join(folder, 'out', String(++runs));
  mkdirSync(path, { recursive: true });
  return path;
}

/** The objects that a program wrote, by their identity in a cluster. */
function objectsOf(command: (out: string) => Command): ReadonlyMap<string, KubeObject> {
  const out = emptyFolder();
  measure(command(out));
  const objects = readdirSync(out)
    .flatMap((name) => loadAll(readFileSync(join(out, name), 'utf8')) as (KubeObject | null)[])
    .filter((object) => object !== null);
  const byIdentity = new Map(objects.map((object) => [identityOf(object), object]));
  if (byIdentity.size < objects.length) throw new Error('An object was written twice, so the comparison is invalid.');
  return byIdentity;
}

/** The peers that write the very same objects as Callsign. cdk8s-plus has other defaults, so its objects are similar. */
function mustBeEqual(peers: Peers): void {
  const ours = objectsOf(peers[`Callsign ${NODES[0]}`]!);
  for (const [name, command] of Object.entries(peers)) {
    if (!/^(Helm|cdk8s) /.test(`${name} `)) continue;
    const theirs = objectsOf(command);
    const all = [...new Set([...ours.keys(), ...theirs.keys()])];
    const differing = all.filter((id) => !isDeepStrictEqual(ours.get(id), theirs.get(id)));
    if (differing.length > 0)
      throw new Error(`${differing.length} objects of ${name} differ, so the comparison is invalid.`);
    console.log(`${name} writes the same ${ours.size} objects: 0 differ`);
  }
}

function peersOf(size: number, nodes: Readonly<Record<string, string>>, helm: string | undefined): Peers {
  const n = String(size);
  const peers: Record<string, (out: string) => Command> = {};
  for (const [major, program] of Object.entries(nodes)) {
    peers[`node -e 0 ${major}`] = () => ({ program, args: ['-e', '0'] });
    peers[`Callsign ${major}`] = (out) => ({
      program: 'env',
      args: [
        `SIZE=${n}`,
        program,
        'node_modules/callsign-k8s/bin/callsign.js',
        'synth',
        '--app',
        'callsign.ts',
        '--out',
        out,
      ],
    });
    for (const name of ['cdk8s', 'cdk8s-plus'])
      peers[`${name} ${major}`] = (out) => ({ program, args: [`${name}.js`, n, out] });
  }
  if (helm !== undefined)
    peers.Helm = (out) => ({ program: helm, args: ['template', 'bench', helmChart(size)], out: join(out, 'all.yaml') });
  return peers;
}

const helmChart = (size: number) => join(folder, 'helm', String(size));

function row(
  name: string,
  measured: readonly Measured[],
  base: readonly Measured[],
  megabytes: number | undefined,
): string {
  const of = (key: keyof Measured) => {
    const value = median(measured.map((one) => one[key]));
    return `${value.toFixed(0)} ms | ${(value / median(base.map((one) => one[key]))).toFixed(2)}x`;
  };
  return `| ${name} | ${of('wallMs')} | ${of('cpuMs')} | ${megabytes === undefined ? 'not measured' : `${megabytes} MB`} |`;
}

async function main(): Promise<void> {
  makeProject(project);
  process.chdir(project);
  const nodes = Object.fromEntries(NODES.map((major) => [major, nodeOf(major, join(folder, `node-${major}`))]));
  const found = spawnSync('helm', ['version', '--short'], { encoding: 'utf8' });
  const helm = found.status === 0 ? 'helm' : undefined;
  console.log(helm ? `Helm ${found.stdout.trim()}` : 'Helm is not installed, so the table is without it.');
  for (const size of SIZES) {
    const peers = peersOf(size, nodes, helm);
    writeHelmChart(helmChart(size), [...objectsOf(peers[`cdk8s ${NODES[0]}`]!).values()]);
    console.log(`\n${size} microservices, medians of ${RUNS} runs`);
    mustBeEqual(peers);
    const measured: Record<string, Measured[]> = {};
    // The first run of each program warms the caches.
    for (let i = 0; i <= RUNS; i++)
      for (const [name, command] of Object.entries(peers)) {
        const one = measure(command(emptyFolder()));
        if (i > 0) (measured[name] ??= []).push(one);
      }
    const base = helm ? 'Helm' : `cdk8s ${NODES[0]}`;
    console.log(`| program | wall | to ${base} | CPU | to ${base} | peak memory |\n|---|---:|---:|---:|---:|---:|`);
    for (const [name, command] of Object.entries(peers))
      console.log(row(name, measured[name]!, measured[base]!, await peakMegabytes(command(emptyFolder()))));
    rmSync(join(folder, 'out'), { recursive: true });
  }
}

main()
  .finally(() => rmSync(folder, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
