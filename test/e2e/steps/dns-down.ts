import type { Context, Step } from '../context';
import { newPosts } from '../support/gateway';
import { restartsOf, type Pod } from '../support/kubectl';
import { deliveriesToCome, verifyLedger } from '../support/ledger';
import { Load, evidenceOf } from '../support/load';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { sleep, until } from '../support/until';

const SECONDS = 30;

export const dnsDown: Step = {
  name: 'dns-down',
  promise: 'Without DNS for half a minute nothing crashes, and everything recovers without help.',
  async run(context) {
    const { kubectl, blog, gateway } = context;
    const before = await pods(context);
    const publisher = await Publisher.start(kubectl, {
      posts: await newPosts(gateway, 10),
      rate: 10,
      seconds: SECONDS + 10,
    });
    const load = new Load(gateway);
    let waiting = 0;
    try {
      await kubectl.must(['-n', 'kube-system', 'scale', 'deployment/coredns', '--replicas=0']);
      await until(
        'CoreDNS is gone',
        60,
        async () => (await kubectl.list<Pod>('pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns')).length === 0,
      );
      await sleep(SECONDS * 1_000);
      waiting = await deliveriesToCome(context);
    } finally {
      await kubectl.must(['-n', 'kube-system', 'scale', 'deployment/coredns', '--replicas=2']);
    }
    const figures = await load.stop();
    holds(waiting > 0, 'without DNS deliveries wait (otherwise this step proves nothing)', { waiting });
    await blog.ready();
    const { accepted, published } = await publisher.finish();
    const verified = await verifyLedger(context, { accepted });
    const after = await pods(context);
    holds(JSON.stringify(after) === JSON.stringify(before), 'the pods are the same ones, with no restart', {
      before,
      after,
    });
    return {
      secondsWithoutDns: SECONDS,
      deliveriesThatWaited: waiting,
      crashes: 0,
      load: evidenceOf(figures),
      ...verified,
      attemptsNotAnswered202: published.failures,
    };
  },
};

async function pods({ blog }: Context): Promise<string[]> {
  return (await blog.pods()).map((pod) => `${pod.metadata.name}: ${restartsOf(pod)} restarts`).toSorted();
}
