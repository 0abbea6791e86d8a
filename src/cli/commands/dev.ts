import { once } from 'node:events';
import { nearest } from '../../basics/nearest';
import { CallsignError, type Problem } from '../../problems/problem';
import { Follower } from '../../live/follow';
import { Kubectl, KubectlError } from '../../live/kubectl';
import { change, podsOf } from '../../live/pods';
import { liveSources, type LiveSource } from '../../live/services';
import { APP_OPTION, loadApp } from '../app';
import { UsageError, type Arguments, type Command, type Io } from '../command';

const DEFAULT_ENV = 'dev';

export const dev: Command = {
  usage: '[NAME…] [--once] [--context NAME] [--app FILE] [--env NAME]',
  summary: 'Runs the source of services live in their pods: a saved file is there within seconds, without a build.',
  options: {
    app: APP_OPTION,
    env: { type: 'string', help: `the environment that was applied (${DEFAULT_ENV})` },
    context: { type: 'string', help: "kubectl's context of the cluster (the current one)" },
    once: { type: 'boolean', help: 'bring the source there once, and end' },
  },
  words: Infinity,
  async run({ options, words }, io) {
    const wanted = await chosen(words, options, io);
    const kubectl = new Kubectl(options.context as string | undefined);
    const tell = (line: string) => io.out(`${line}\n`);
    try {
      await mustRun(kubectl, wanted);
      if (options.once) {
        for (const { service, sources } of wanted) {
          const { live } = await podsOf(kubectl, service);
          for (const pod of live) await change(kubectl, pod, sources.files, []);
          for (const pod of live) tell(`${pod.name} runs the source of this machine`);
        }
        return 0;
      }
      const broken = new AbortController();
      void Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal))).then(() => broken.abort());
      tell(
        `following ${wanted.map(({ service }) => service.name).join(', ')}; Ctrl-C ends it, and the pods keep what they have`,
      );
      await Promise.all(wanted.map((source) => new Follower(kubectl, source, tell).run(broken.signal)));
      return 0;
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      throw new CallsignError([
        { code: 'live-not-running', message: error.message, fix: 'Fix what kubectl says, and run it again.' },
      ]);
    }
  },
};

/** The services that are named, or all that are live. */
async function chosen(names: readonly string[], options: Arguments['options'], io: Io): Promise<LiveSource[]> {
  const env = (options.env as string | undefined) ?? DEFAULT_ENV;
  // An app that knows no such environment may say in its charts what is live.
  const app = loadApp({ ...options, env }, io).catch((error: unknown) => {
    if (options.env !== undefined) throw error;
    return loadApp(options, io);
  });
  const all = liveSources(await app);
  for (const name of names) {
    if (all.get(name)) continue;
    const guess = nearest(name, all.keys());
    throw new UsageError(
      all.has(name)
        ? `${name} is not live in the environment ${env}. Write ${name}: { live: true } there, then synth and apply it.`
        : `There is no microservice ${JSON.stringify(name)}.${guess ? ` Did you mean ${guess}?` : ''}`,
    );
  }
  const found =
    names.length > 0
      ? [...new Set(names)].map((name) => all.get(name)!)
      : [...all.values()].filter((source) => source !== undefined);
  if (found.length === 0)
    throw new UsageError(
      `Nothing is live in the environment ${env}. Write { live: true } for the services that you work on, then synth and apply it.`,
    );
  return found;
}

/** Each service has a pod in which its source is live; else all that have none are told. */
async function mustRun(kubectl: Kubectl, wanted: readonly LiveSource[]): Promise<void> {
  const problems: Problem[] = [];
  for (const { service } of wanted) {
    const { live, other } = await podsOf(kubectl, service);
    if (live.length > 0) continue;
    problems.push({
      code: 'live-not-running',
      path: service.name,
      message: other.length > 0 ? 'Its pods run the image as it is.' : 'No pod of it runs.',
      expected: `a running pod that was applied from an environment with ${service.name}: { live: true }`,
      got: other.join(', ') || 'none',
      fix: 'Write the manifests of that environment, and apply them: callsign synth --env dev --out k8s-dev; kubectl apply -f k8s-dev.',
    });
  }
  if (problems.length > 0) throw new CallsignError(problems);
}
