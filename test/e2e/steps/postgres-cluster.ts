import { installCloudNativePg, removeCloudNativePg, SERVER_IMAGE } from '../addons/cloud-native-pg';
import type { Context, Step } from '../context';
import { Blog, NAMESPACE } from '../support/blog';
import { callsignWith } from '../support/callsign';
import { finishJob } from '../support/databases';
import { newPosts } from '../support/gateway';
import { drained, verifyLedger } from '../support/ledger';
import { isReady, type KubeObject, type Kubectl, type Pod } from '../support/kubectl';
import { Load, SITE, evidenceOf, type Figures } from '../support/load';
import { nodeBack, spreadNow } from '../support/nodes';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { SteadyWriter } from '../support/steady-writer';
import { secondsSince, sleep, until } from '../support/until';

/** What an environment sets to run the same blog on three servers. */
const THREE_SERVERS = {
  CALLSIGN_POSTGRES_INSTANCES: '3',
  CALLSIGN_POSTGRES_IMAGE: SERVER_IMAGE,
  CALLSIGN_POSTGRES_BACKUP_KEEP: '2',
};
const CLUSTER = 'clusters.postgresql.cnpg.io';
const SERVERS = 'cnpg.io/cluster=postgres,cnpg.io/podRole=instance';
/** A taint that keeps further pods away from a node. The operator would move the primary away from a node that is cordoned. */
const FULL = 'e2e.callsign.dev/full';
/** How long events are published while the node of the primary dies. */
const LEDGER_SECONDS = 75;

interface ServerCluster extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly readyInstances?: number;
    readonly currentPrimary?: string;
  };
}

export const postgresCluster: Step = {
  name: 'postgres-cluster',
  promise:
    'With instances: 3, CloudNativePG runs the database. The node of the primary dies while events are published: writes go on within seconds, and no acknowledged event is lost or doubled. While a setting changes, the page and query answer, and a backup restores the rows. Without a standby no write is answered.',
  minutes: 15,
  async run(context) {
    const { kubectl } = context;
    const blog = new Blog(kubectl, () => primaryOf(kubectl));
    try {
      await blog.delete();
      await installCloudNativePg(context);
      const own = { ...context, blog };
      return {
        ...(await firstStart(own)),
        ...(await primaryDies(own)),
        ...(await settingChanges(own)),
        ...(await comesBack(own)),
        ...(await writesWaitForAStandby(own)),
        ...(await withoutSynchronousReplication(own)),
      };
    } finally {
      await blog.delete();
      await removeCloudNativePg(context);
    }
  },
};

async function primaryOf(kubectl: Kubectl): Promise<string> {
  const { status } = await kubectl.get<ServerCluster>(CLUSTER, 'postgres', '-n', NAMESPACE);
  holds(status?.currentPrimary, 'the Cluster has a primary', status);
  return status.currentPrimary;
}

const serversOf = ({ kubectl }: Context): Promise<Pod[]> => kubectl.list<Pod>('pods', '-n', NAMESPACE, '-l', SERVERS);

/** Waits until all three servers run and follow the primary. */
async function healthy({ kubectl }: Context, seconds: number): Promise<void> {
  await until('the Cluster is healthy', seconds, async () => {
    const { status } = await kubectl.get<ServerCluster>(CLUSTER, 'postgres', '-n', NAMESPACE);
    if (status?.readyInstances === 3 && status.phase === 'Cluster in healthy state') return true;
    throw new Error(`${status?.phase}, ${status?.readyInstances} of 3 servers are ready`);
  });
}

/**
 * `callsign apply` ends when the Cluster is ready. Both standbys are placed on the other worker, so that the node of the
 * primary can fail: with only two workers, the third server could share it.
 */
async function firstStart(context: Context): Promise<object> {
  const { kubectl, blog } = context;
  const start = Date.now();
  const applying = callsignWith(context, THREE_SERVERS, 'apply');
  const first = await until('the first server has a node', 120, async () =>
    (await serversOf(context)).find(({ spec }) => spec.nodeName !== undefined),
  );
  const node = first.spec.nodeName!;
  await kubectl.must(['taint', 'node', node, `${FULL}=:NoSchedule`]);
  try {
    const applied = await applying;
    holds(applied.code === 0, 'callsign apply ends when the Cluster is ready', applied);
    const { status } = await kubectl.get<ServerCluster>(CLUSTER, 'postgres', '-n', NAMESPACE);
    holds(status?.readyInstances === 3, 'three servers are ready when apply ends', status);
  } finally {
    await kubectl.must(['taint', 'node', node, `${FULL}-`]);
  }
  const secondsToFirstStart = secondsSince(start);
  await blog.ready();
  const [post] = await newPosts(context.gateway, 1);
  holds(post !== undefined, 'a post is stored');
  await drained(context, 60);
  const sessions = await blog.sql<{ program: string }>(
    "SELECT DISTINCT application_name AS program FROM pg_stat_activity WHERE datname = 'blog' AND usename = 'blog' ORDER BY 1",
  );
  const names = sessions.map(({ program }) => program).join();
  for (const caller of ['comments', 'event_bus', 'moderation', 'posts', 'query'])
    holds(names.includes(caller), `${caller} is connected`, names);
  context.say(`apply ended after ${secondsToFirstStart} s`);
  return { secondsToFirstStart };
}

async function primaryDies(context: Context): Promise<object> {
  const { kubectl, cluster, blog, gateway, say } = context;
  await spreadNow(context);
  const primary = await primaryOf(kubectl);
  const nodes = new Map((await serversOf(context)).map(({ metadata, spec }) => [metadata.name, spec.nodeName!]));
  const node = nodes.get(primary)!;
  holds([...nodes.values()].filter((each) => each === node).length === 1, 'no standby shares the node', {
    primary,
    nodes: [...nodes],
  });
  const posts = await newPosts(gateway, 20);
  const publisher = await Publisher.start(kubectl, { posts, rate: 20, seconds: LEDGER_SECONDS });
  const writer = new SteadyWriter(context);
  try {
    await sleep(10_000);
    const stopped = Date.now();
    await cluster.stopNode(node);
    const secondsToStop = secondsSince(stopped);
    const failed = Date.now();
    await until('another server is the primary', 240, async () => (await primaryOf(kubectl)) !== primary, 250);
    const secondsToElect = secondsSince(failed);
    const elected = Date.now();
    await until('a write succeeds again', 120, () => writer.succeededSince(elected), 100);
    const secondsToWriteAgain = secondsSince(failed);
    say(`elected after ${secondsToElect} s, written after ${secondsToWriteAgain} s`);
    const { accepted, published } = await publisher.finish();
    await writer.stop();
    await drained(context, 120);
    await writer.verify();
    const verified = await verifyLedger(context, { accepted }, 120);
    await cluster.startNode(node);
    await nodeBack(context, node);
    const back = Date.now();
    await healthy(context, 300);
    return {
      secondsToStop,
      secondsToElect,
      secondsToWriteAgain,
      secondsUntilTheNodeFollows: secondsSince(back),
      longestSilenceOfWriter: writer.longestSilence,
      postsAnswered201: writer.ids.length,
      attemptsNotAnswered202: published.failures,
      ...verified,
    };
  } finally {
    await cluster.startNode(node);
    await writer.stop().catch(() => undefined);
    await nodeBack(context, node);
    await blog.ready();
  }
}

/** `max_connections` needs a restart of each server: the standbys first, then the primary. */
async function settingChanges(context: Context): Promise<object> {
  const { kubectl, blog, gateway } = context;
  const before = await blog.sql<{ setting: string }>("SELECT setting FROM pg_settings WHERE name = 'max_connections'");
  const more = String(Number(before[0]!.setting) + 20);
  const load = new Load(
    gateway,
    SITE.filter(({ body }) => !body),
  );
  const start = Date.now();
  let seconds: number;
  let figures: Figures;
  try {
    await kubectl.must([
      '-n',
      NAMESPACE,
      'patch',
      CLUSTER,
      'postgres',
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { postgresql: { parameters: { max_connections: more } } } }),
    ]);
    await until('every server has the new setting', 300, async () => {
      for (const { metadata } of await serversOf(context)) {
        const shown = await kubectl.exec(NAMESPACE, metadata.name, ['psql', '-qAtc', 'SHOW max_connections']);
        if (shown.trim() !== more) throw new Error(`${metadata.name} has ${shown.trim()}`);
      }
      return true;
    });
    await healthy(context, 120);
    seconds = secondsSince(start);
  } finally {
    await sleep(2_000);
    figures = await load.stop();
  }
  // posts and comments read from the primary. A request that waits for it longer than 6 s gets 503.
  const failures = figures.failures.filter(({ target }) => target === 'web' || target === 'query');
  holds(failures.length === 0, 'the page and query answer while the servers restart', failures.slice(0, 10));
  return { secondsToChangeASetting: seconds, readsDuringTheChange: evidenceOf(figures) };
}

/** The backup of the chart: a dump, deleted rows, and a restore. */
async function comesBack(context: Context): Promise<object> {
  const { kubectl, blog } = context;
  const count = async () => (await blog.sql<{ posts: number }>('SELECT count(*)::int AS posts FROM posts.posts'))[0]!;
  const start = Date.now();
  const { posts } = await count();
  await finishJob(context, 'postgres', 'backup', NAMESPACE);
  await kubectl.exec(NAMESPACE, await primaryOf(kubectl), ['psql', '-d', 'blog', '-c', 'DELETE FROM posts.posts']);
  holds((await count()).posts === 0, 'the rows are deleted');
  await finishJob(context, 'postgres', 'restore', NAMESPACE);
  holds((await count()).posts === posts && posts > 0, 'the restore brings the rows back', { posts });
  return { secondsToDumpAndRestore: secondsSince(start), restoredPosts: posts };
}

/** Stops PostgreSQL on both standbys while the work runs. */
async function withoutStandbys<T>(context: Context, work: () => Promise<T>): Promise<T> {
  const { kubectl } = context;
  const primary = await primaryOf(kubectl);
  const standbys = (await serversOf(context)).map(({ metadata }) => metadata.name).filter((name) => name !== primary);
  const fence = (value: string) =>
    kubectl.must(['-n', NAMESPACE, 'annotate', '--overwrite', CLUSTER, 'postgres', `cnpg.io/fencedInstances${value}`]);
  await fence(`=${JSON.stringify(standbys)}`);
  try {
    await until('both standbys are stopped', 120, async () =>
      (await serversOf(context)).every((pod) => pod.metadata.name === primary || !isReady(pod)),
    );
    return await work();
  } finally {
    await fence('-');
  }
}

async function writesWaitForAStandby(context: Context): Promise<object> {
  const writer = new SteadyWriter(context);
  try {
    await until('a post is written', 60, async () => writer.ids.length > 0);
    const answered = await withoutStandbys(context, async () => {
      const before = writer.ids.length;
      await sleep(8_000);
      return writer.ids.length - before;
    });
    holds(answered === 0, 'without a standby, no write is answered', { answered });
    const start = Date.now();
    await until('a write succeeds again', 120, () => writer.succeededSince(start), 100);
    await healthy(context, 240);
    return { secondsToWriteWithAStandby: secondsSince(start) };
  } finally {
    await writer.stop();
  }
}

/**
 * The negative control: if the primary alone answers writes, the audit finds that they are lost with its node. The blog is
 * deleted afterwards.
 */
async function withoutSynchronousReplication(context: Context): Promise<object> {
  const { kubectl, cluster, blog, gateway } = context;
  const asynchronous = JSON.stringify({ spec: { postgresql: { synchronous: null } } });
  await kubectl.must(['-n', NAMESPACE, 'patch', CLUSTER, 'postgres', '--type=merge', '-p', asynchronous]);
  const primary = await primaryOf(kubectl);
  const { spec } = (await serversOf(context)).find(({ metadata }) => metadata.name === primary)!;
  await until('the primary waits for no standby', 60, async () => {
    const shown = await kubectl.exec(NAMESPACE, primary, ['psql', '-qAtc', 'SHOW synchronous_standby_names']);
    return shown.trim() === '';
  });
  try {
    const posts = await withoutStandbys(context, async () => {
      const answered = await newPosts(gateway, 5);
      await cluster.stopNode(spec.nodeName!);
      return answered;
    });
    await until('another server is the primary', 240, async () => (await primaryOf(kubectl)) !== primary);
    const list = posts.map((id) => `'${id}'`).join();
    const [kept] = await until('the new primary answers', 120, () =>
      blog.sql<{ posts: number }>(`SELECT count(*)::int AS posts FROM posts.posts WHERE id::text IN (${list})`),
    );
    holds(kept!.posts < posts.length, 'with asynchronous replication, the audit finds lost posts', kept);
    return { lostWithoutSynchronousReplication: posts.length - kept!.posts };
  } finally {
    await cluster.startNode(spec.nodeName!);
    await nodeBack(context, spec.nodeName!);
  }
}
