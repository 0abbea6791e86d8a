import type { Context } from '../context';
import { NAMESPACE } from './blog';
import { isReady, nameOf, restartsOf, type Pod } from './kubectl';
import { sleep } from './until';

/** How a pod is made to go: killed in its place, taken away without a goodbye, or asked to end. */
const WAYS = ['crash', 'vanish', 'delete'] as const;

/** What was done to which pod, and when. */
export interface Blow {
  readonly at: number;
  readonly way: (typeof WAYS)[number];
  readonly target: string;
}

export interface ChaosOptions {
  readonly seconds: number;
  /** The microservices whose pods are killed. */
  readonly targets: readonly string[];
  /** Seconds between two blows: from, to. */
  readonly pause: readonly [number, number];
}

/** Kills pods at random for a time, Postgres' once in the middle of it. The same seed gives the same blows. */
export async function chaos(context: Context, { seconds, targets, pause }: ChaosOptions): Promise<Blow[]> {
  const { random, blog, say } = context;
  const start = Date.now();
  const elapsed = () => (Date.now() - start) / 1_000;
  const postgresAt = seconds * random.between(0.35, 0.65);
  const blows: Blow[] = [];
  let postgresDone = false;
  for (let next = random.between(...pause); next < seconds; next += random.between(...pause)) {
    // Drawn before anything is looked at, so that the blows depend on the seed alone.
    const [name, way, place] = [random.pick(targets), random.pick(WAYS), random.next()];
    await sleep(Math.max(0, next - elapsed()) * 1_000);
    if (!postgresDone && next >= postgresAt) {
      postgresDone = true;
      const [postgres] = await blog.pods('postgres');
      if (postgres) blows.push(await strike(context, postgres, 'crash', elapsed()));
      continue;
    }
    const pods = (await blog.pods(name)).toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
    const pod = pods.filter(isReady)[Math.floor(place * pods.filter(isReady).length)] ?? pods[0];
    if (!pod) continue;
    // A container that has died before is started late (CrashLoopBackOff): its pod is taken away whole.
    blows.push(await strike(context, pod, way === 'crash' && restartsOf(pod) > 0 ? 'vanish' : way, elapsed()));
  }
  await sleep(Math.max(0, seconds - elapsed()) * 1_000);
  say(
    `${blows.length} blows: ${blows.map(({ at, way, target }) => `${Math.round(at)} s ${way} ${target}`).join(', ')}`,
  );
  return blows;
}

async function strike({ cluster, kubectl }: Context, pod: Pod, way: Blow['way'], at: number): Promise<Blow> {
  const { name } = pod.metadata;
  if (way === 'crash') await cluster.crash(pod).catch(() => undefined);
  else
    await kubectl.run([
      '-n',
      NAMESPACE,
      'delete',
      'pod',
      name,
      '--wait=false',
      ...(way === 'vanish' ? ['--grace-period=0', '--force'] : []),
    ]);
  return { at: Math.round(at * 10) / 10, way, target: nameOf(pod) };
}
