import { Jaeger, OTLP, type Span, type Trace } from '../addons/jaeger';
import type { Context, Evidence, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { holds } from '../support/promise';
import { until } from '../support/until';

/** The services that a comment reaches. */
const FIVE = ['comments', 'event-bus', 'moderation', 'posts', 'query'];

export const traces: Step = {
  name: 'traces',
  promise:
    'With telemetry in the environment, a comment is one trace over five services in a real Jaeger, and each span names its pod. Without it, no span arrives.',
  async run(context) {
    const { blog } = context;
    const jaeger = new Jaeger(context);
    return jaeger.use(async () => {
      await newComment(context);
      const denied = await reaches(context);
      holds(denied === 'nothing', 'without the option, a pod does not reach Jaeger', denied);
      holds((await jaeger.services()).length === 0, 'without the option, no span arrives');
      await blog.applyWith({ CALLSIGN_TELEMETRY_OTLP: OTLP }, context.signal);
      const allowed = await reaches(context);
      holds(allowed !== 'nothing', 'with the option, the same pod reaches it', allowed);
      await newComment(context);
      return isOneTrace(context, jaeger);
    });
  },
};

/** Writes a comment, and waits until every service has its result. */
async function newComment({ gateway }: Context): Promise<void> {
  const post = await gateway.newPost('Followed');
  const address = `/api/comments/${post}`;
  await gateway.json(address, { content: 'Where does it go?' });
  type Posts = { posts: readonly { id: string; comments: readonly { status: string }[] }[] };
  await until('the comment has reached every service', 60, async () => {
    const { commentCount } = await gateway.json<{ commentCount: number }>(`/api/posts/${post}`);
    const { comments } = await gateway.json<{ comments: readonly { status: string }[] }>(address);
    const shown = (await gateway.json<Posts>('/api/query')).posts.find(({ id }) => id === post);
    return commentCount === 1 && [comments[0], shown?.comments[0]].every((one) => one?.status === 'approved');
  });
}

/** What a pod of comments gets from the port of Jaeger: a status, or nothing. */
async function reaches({ kubectl, blog }: Context): Promise<string> {
  const [pod] = await blog.readyPods('comments');
  return kubectl.script<string>(
    NAMESPACE,
    pod!.metadata.name,
    `fetch('${OTLP}/v1/traces', { method: 'POST', signal: AbortSignal.timeout(5_000) }).then(({ status }) => String(status), () => 'nothing').then((got) => console.log(JSON.stringify(got)))`,
  );
}

async function isOneTrace({ blog }: Context, jaeger: Jaeger): Promise<Evidence> {
  const trace = await until('Jaeger has the trace of the comment, with all its spans', 60, async () => {
    const found = await jaeger.traces('comments', 'POST /comments/:id');
    return found.find((one) => FIVE.every((name) => deliveriesTo(one, name) === 2) && rootsOf(one).length === 1);
  });
  const [root] = rootsOf(trace);
  holds(root!.operationName === 'POST /comments/:id', 'every other span has a parent in the trace', root);
  const processes = Object.values(trace.processes);
  const tag = (name: string) => processes.map(({ tags }) => tags.find(({ key }) => key === name)?.value ?? '');
  const pods = new Set((await blog.readyPods()).map(({ metadata }) => metadata.name));
  holds(
    tag('k8s.pod.name').every((name) => pods.has(name)),
    'each span names its pod',
    tag('k8s.pod.name'),
  );
  holds(
    tag('service.namespace').every((name) => name === NAMESPACE),
    'and its namespace',
    tag('service.namespace'),
  );
  const names = [...new Set(processes.map(({ serviceName }) => serviceName))].toSorted();
  holds(names.join() === FIVE.join(), 'it is a trace over five services', names);
  return { services: names.join(), spans: trace.spans.length, pods: processes.length };
}

/** The spans without a parent in the trace. Each replica sends its spans every few seconds. */
function rootsOf({ spans }: Trace): Span[] {
  const ids = new Set(spans.map(({ spanID }) => spanID));
  return spans.filter(({ references }) => !references.some(({ spanID }) => ids.has(spanID)));
}

/** How many events a service received, of the two of a comment. */
function deliveriesTo({ spans, processes }: Trace, service: string): number {
  return spans.filter(
    ({ operationName, processID }) => operationName === 'POST /events' && processes[processID]!.serviceName === service,
  ).length;
}
