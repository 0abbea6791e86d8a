import { setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from './context';
import { USAGE, optionsOf, type Options } from './options';
import { buildImages, checkManifests, equip } from './prepare';
import { Report, type Line } from './report';
import { missingRequirements } from './requirements';
import { Runner } from './runner';
import { STEPS } from './steps';
import { Blog, MANIFESTS, NAMESPACE } from './support/blog';
import { CLUSTER, Cluster, clusterOf } from './support/cluster';
import { Gateway } from './support/gateway';
import { Kubectl } from './support/kubectl';
import { CannotRun } from './support/promise';
import { removeOwnObjects } from './support/publisher';
import { paceOf } from './support/pace';
import { Random } from './support/random';
import { removeTestImages } from './support/test-images';

const started = Date.now();

function say(line: string): void {
  const seconds = Math.floor((Date.now() - started) / 1_000);
  process.stdout.write(
    `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')} ${line}\n`,
  );
}

/** The clean-up actions. They run at the end of every run, the last one first. */
const undo: (() => Promise<void>)[] = [];
let undoing: Promise<void> | undefined;

function undoAll(): Promise<void> {
  undoing ??= (async () => {
    for (const step of undo.toReversed())
      await step().catch((error: Error) => say(`  could not clean up: ${error.message}`));
  })();
  return undoing;
}

/** The exit code, and the last line of output. */
interface Outcome {
  readonly code: number;
  readonly summary: string;
}

async function main(options: Options, signal: AbortSignal): Promise<Outcome> {
  const steps = STEPS.filter(({ name, heavy }) => (options.only.length === 0 ? !heavy : options.only.includes(name)));
  const needs = (...names: string[]) => steps.some(({ name }) => names.includes(name));
  const missing = await missingRequirements({
    browser: needs('people', 'static-site'),
    certificates: needs('gateway'),
  });
  if (missing.length > 0)
    throw new CannotRun(`This test needs more programs:\n${missing.map((line) => `  ${line}`).join('\n')}`);
  const report = new Report();
  say(`seed ${options.seed}; evidence in ${report.place}/report.jsonl`);
  const kubeconfig = options.create ? join(report.folder, 'kubeconfig') : (process.env.KUBECONFIG ?? '');
  if (kubeconfig === '') throw new CannotRun('--no-create needs KUBECONFIG: set it to the cluster to use.');
  const kubectl = new Kubectl(kubeconfig, signal);

  const building = Date.now();
  await checkManifests(signal);
  const images = await buildImages(signal);
  say(`  images built in ${Math.round((Date.now() - building) / 1_000)} s; the measured time starts now`);
  undo.push(() => removeTestImages());

  const counted = Date.now();
  const cluster = options.create ? await create(kubeconfig, options, signal) : await clusterOf(kubectl, signal);
  if (options.keep || !options.create) undo.push(() => leaveInOrder(cluster, kubeconfig));
  await equip(cluster, kubectl, images, (line) => say(`  ${line}`));
  const fresh = (await kubectl.run(['get', 'namespace', NAMESPACE])).code !== 0;
  const context: Context = {
    kubectl,
    cluster,
    blog: new Blog(kubectl),
    gateway: new Gateway(await cluster.address()),
    random: new Random(options.seed),
    folder: report.folder,
    signal,
    fresh,
    say,
  };
  const setPace = async () => {
    context.gateway.pace = await paceOf(context.gateway, (line) => say(`  ${line}`));
  };
  const endOfTime = started + options.minutes * 60_000;
  const runner = new Runner(context, report, endOfTime, setPace);
  const { passed, failed, notRun } = await runner.run(rotated(steps, options.seed));
  const seconds = Math.round((Date.now() - counted) / 1_000);
  writeFileSync(
    join(report.folder, 'summary.json'),
    `${JSON.stringify({ seed: options.seed, node: process.version, seconds, passed, failed: failed.length, notRun })}\n`,
  );
  return {
    code: failed.length > 0 ? 1 : 0,
    summary: `${failed.map(shortOf).join('')}${passed} passed, ${failed.length} failed${notRun > 0 ? `, ${notRun} not run` : ''}  (${seconds} s after the images were built; seed ${options.seed}; evidence in ${report.place})`,
  };
}

/** A failed step, again at the end: a log is often read from there, or cut off above. */
function shortOf({ step, broken = '' }: Line): string {
  return `✗ ${step}: ${broken.split('\n').slice(0, 12).join('\n    ')}\n`;
}

/**
 * The main promises come first, always in the same order. Each run starts with another one of the other steps. If there
 * is no time for all of them, each has its turn.
 */
function rotated(steps: readonly Step[], seed: number): Step[] {
  const others = steps.filter((step) => !step.core);
  const first = seed % others.length;
  return [...steps.filter((step) => step.core), ...others.slice(first), ...others.slice(0, first)];
}

/** Restores a cluster that is kept: all nodes run, the blog is as in k8s-out, and all test objects are removed. */
async function leaveInOrder(cluster: Cluster, kubeconfig: string): Promise<void> {
  const kubectl = new Kubectl(kubeconfig);
  await cluster.startNodes();
  await kubectl.run(['-n', 'kube-system', 'scale', 'deployment/coredns', '--replicas=2']);
  await removeOwnObjects(kubectl);
  await kubectl.run(['apply', '-f', MANIFESTS]);
}

async function create(kubeconfig: string, { keep }: Options, signal: AbortSignal): Promise<Cluster> {
  const cluster = new Cluster(CLUSTER, kubeconfig, signal);
  if (await cluster.exists())
    throw new CannotRun(
      `The cluster ${CLUSTER} exists already. Use it with --no-create, or delete it: kind delete cluster --name ${CLUSTER}`,
    );
  say(`  creating the cluster ${CLUSTER}`);
  undo.push(async () => {
    if (keep) {
      say(
        `kept: KUBECONFIG=${kubeconfig} npm run e2e -- --no-create; to delete it: kind delete cluster --name ${CLUSTER}`,
      );
      return;
    }
    await cluster.delete();
    say(`deleted the cluster ${CLUSTER}`);
  });
  await cluster.create().catch(async (error: Error) => {
    if (signal.aborted) throw error;
    // On a busy machine a control plane may start too slowly. That is not a fault of the blog.
    say(`  kind could not create the cluster; trying once more: ${error.message.split('\n').at(-1)}`);
    await cluster.delete();
    await cluster.create();
  });
  return cluster;
}

async function start(): Promise<number> {
  const broken = new AbortController();
  setMaxListeners(0, broken.signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (broken.signal.aborted) return;
      say(`${signal}: cleaning up`);
      broken.abort(new Error(signal));
      void undoAll().then(() => process.exit(130));
    });
  }
  try {
    const options = optionsOf(process.argv.slice(2));
    if (options === 'help') {
      process.stdout.write(USAGE);
      return 0;
    }
    const { code, summary } = await main(options, broken.signal);
    await undoAll();
    for (const line of summary.split('\n')) say(line);
    return code;
  } catch (error) {
    await undoAll();
    if (broken.signal.aborted) return 130;
    console.error(error instanceof CannotRun ? error.message : (error as Error).stack);
    return 2;
  }
}

void start().then((code) => process.exit(code));
