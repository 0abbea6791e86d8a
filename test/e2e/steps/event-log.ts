import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { callsignWith } from '../support/callsign';
import { must } from '../support/command';
import { newPosts } from '../support/gateway';
import { pullMissing } from '../support/images';
import { JetStreamBlog } from '../support/jetstream-blog';
import { isReady, type Pod } from '../support/kubectl';
import { verifyLedger } from '../support/ledger';
import { nodeBack } from '../support/nodes';
import { holds } from '../support/promise';
import { longestPause, Publisher } from '../support/publisher';
import { secondsSince, sleep, until } from '../support/until';

const IMAGE = 'nats:2.15';
/** The only setting that an environment needs. */
const IN_JETSTREAM = { CALLSIGN_LOG_SERVERS: '3' };

export const eventLog: Step = {
  name: 'event-log',
  promise:
    'With log: { servers: 3 }, the bus keeps its events in NATS. Servers are killed, a node dies and a server is cut off while events are published: no acknowledged event is lost or doubled, and the order of each post is kept.',
  minutes: 10,
  async run(context) {
    const { kubectl, cluster, signal } = context;
    const blog = new JetStreamBlog(kubectl);
    try {
      await blog.delete();
      await pullMissing([IMAGE], signal);
      await cluster.load('worker', [IMAGE]);
      const own = { ...context, blog };
      const start = Date.now();
      const applied = await callsignWith(context, IN_JETSTREAM, 'apply');
      holds(applied.code === 0, 'callsign apply ends when the servers and the bus are ready', applied);
      return {
        secondsToFirstStart: secondsSince(start),
        serversAreKilled: await during(own, 60, () => killServers(own, 45)),
        nodeDies: await during(own, 60, () => stopNode(own)),
        serverIsCutOff: await during(own, 60, () => cutOff(own, blog)),
        lostWithOneCopy: await withOneCopy(own, blog),
      };
    } finally {
      await blog.delete();
    }
  },
};

const serversOf = ({ kubectl }: Context): Promise<Pod[]> =>
  kubectl.list<Pod>('pods', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=log,apps.kubernetes.io/pod-index');

/** Publishes events during the work, and compares what was accepted with the log and all effects. */
async function during(context: Context, seconds: number, work: () => Promise<object>): Promise<object> {
  const { kubectl, blog, gateway, say } = context;
  const publisher = await Publisher.start(kubectl, { posts: await newPosts(gateway, 20), rate: 20, seconds });
  await sleep(5_000);
  const done = await work();
  const { accepted, published } = await publisher.finish();
  await blog.ready();
  const verified = await verifyLedger(context, { accepted }, 120);
  const pause = longestPause(accepted);
  say(`${JSON.stringify(done)}: ${accepted.length} accepted, the longest pause was ${pause} s`);
  return { ...done, longestPause: pause, attemptsNotAnswered202: published.failures, ...verified };
}

/** Kills one server after the other, and each time waits until it is back: three servers continue without one. */
async function killServers(context: Context, seconds: number): Promise<object> {
  const { cluster, kubectl, random } = context;
  let kills = 0;
  for (const start = Date.now(); Date.now() - start < seconds * 1_000; kills++) {
    const server = random.pick(await serversOf(context));
    if (kills % 2 === 0) await cluster.crash(server);
    else {
      const now = ['--grace-period=0', '--force', '--wait=false'];
      await kubectl.must(['-n', NAMESPACE, 'delete', 'pod', server.metadata.name, ...now]);
    }
    await sleep(3_000);
    await until('all servers are ready', 120, async () => {
      const servers = await serversOf(context);
      return servers.length === 3 && servers.every(isReady);
    });
  }
  return { kills };
}

/** Two workers have three servers. The node with one of them dies. */
async function stopNode(context: Context): Promise<object> {
  const { cluster } = context;
  const nodes = (await serversOf(context)).map(({ spec }) => spec.nodeName!);
  const node = nodes.find((name) => nodes.filter((other) => other === name).length === 1);
  holds(node !== undefined, 'one node has a single server', nodes);
  try {
    await cluster.stopNode(node);
    await sleep(40_000);
  } finally {
    await cluster.startNode(node);
    await nodeBack(context, node);
  }
  return { stopped: 1 };
}

/** The server that leads most streams loses the network to the others, but its clients still reach it. */
async function cutOff(context: Context, blog: JetStreamBlog): Promise<object> {
  const { signal } = context;
  const name = await blog.mostLeaders();
  const leader = (await serversOf(context)).find(({ metadata }) => metadata.name === name);
  holds(leader, 'the leader of most streams is one of the servers', name);
  const rule = (action: '-I' | '-D') =>
    must(
      'docker',
      [
        'exec',
        leader.spec.nodeName!,
        'sh',
        '-c',
        ['s', 'd']
          .flatMap((side) =>
            ['sport', 'dport'].map(
              (port) => `iptables ${action} FORWARD -${side} ${leader.status.podIP} -p tcp --${port} 6222 -j DROP`,
            ),
          )
          .join(' && '),
      ],
      { signal },
    );
  await rule('-I');
  try {
    await sleep(25_000);
  } finally {
    await rule('-D');
  }
  return { cutOff: leader.metadata.name };
}

/**
 * The negative control: if one server alone has a stream, the audit finds that its events are lost with its volume. The blog
 * is deleted afterwards.
 */
async function withOneCopy(context: Context, blog: JetStreamBlog): Promise<number> {
  const { kubectl, gateway } = context;
  await blog.keepOneCopy();
  const publisher = await Publisher.start(kubectl, { posts: await newPosts(gateway, 20), rate: 20, seconds: 10 });
  const { accepted } = await publisher.finish();
  const name = await blog.mostLeaders();
  const server = (await serversOf(context)).find(({ metadata }) => metadata.name === name);
  const claim = server?.spec.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim)?.persistentVolumeClaim;
  holds(claim, 'the leader of most streams is one of the servers and has a claim', server ?? name);
  await kubectl.must(['-n', NAMESPACE, 'delete', 'pvc', claim.claimName, '--wait=false']);
  await kubectl.must(['-n', NAMESPACE, 'delete', 'pod', name, '--grace-period=0', '--force']);
  await until('the server is back with an empty volume', 120, async () => (await serversOf(context)).every(isReady));
  await until('the log can be read', 60, async () => {
    await blog.showLogInSql();
    return true;
  });
  const ids = accepted.map(({ id }) => `'${id}'`).join();
  const [kept] = await blog.sql<{ events: number }>(
    `SELECT count(*)::int AS events FROM event_bus.event WHERE body::json->'data'->>'id' IN (${ids}) AND body::json->>'type' = 'CommentCreated'`,
  );
  holds(accepted.length > 0 && kept!.events < accepted.length, 'with one copy, the audit finds lost events', kept);
  return accepted.length - kept!.events;
}
