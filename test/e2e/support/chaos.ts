import type { Context } from '../context';
import { NAMESPACE } from './blog';
import { isReady, nameOf, restartsOf, type Pod } from './kubectl';
import { sleep } from './until';

/** How a pod is ended: its container is killed, it is deleted without a grace period, or it is deleted normally. */
const WAYS = ['crash', 'vanish', 'delete'] as const;

/** An action on a pod, with its time. */
export interface Blow {
  readonly at: number;
  readonly way: (typeof WAYS)[number];
  readonly target: string;
}

export interface ChaosOptions {
  readonly seconds: number;
  /** The microservices whose pods are killed. */
  readonly targets: readonly string[];
  /** The lowest and the highest number of seconds between two actions. */
  readonly pause: readonly [number, number];
}

/** Ends random pods for a time, and the pod of Postgres once in the middle. The same seed gives the same actions. */
export async function chaos(context: Context, { seconds, targets, pause }: ChaosOptions): Promise<Blow[]> {
  const { random, blog, say } = context;
  const start = Date.now();
  const elapsed = () => (Date.now() - start) / 1_000;
  const postgresAt = seconds * random.between(0.35, 0.65);
  const blows: Blow[] = [];
  let postgresDone = false;
  for (let next = random.between(...pause); next < seconds; next += random.between(...pause)) {
    // The random numbers are drawn first, so that the actions depend only on the seed.
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
    // A container that crashed before would restart late (CrashLoopBackOff), so its pod is deleted.
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
