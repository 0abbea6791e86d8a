import { once } from 'node:events';
import { nearest } from '../../basics/nearest';
import { CallsignError, type Problem } from '../../problems/problem';
import { Follower } from '../../live/follow';
import { Kubectl, KubectlError } from '../../live/kubectl';
import { change, podsOf } from '../../live/pods';
import { liveSources, type LiveSource } from '../../live/services';
import { APP_OPTION, loadApp } from '../app';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { StartOutput } from '../reports/start';

const DEFAULT_ENV = 'dev';

export const dev: Command = {
  usage: '[NAME…] [--once] [--context NAME] [--app FILE] [--env NAME] [--json]',
  summary: 'Copies saved source files into the running pods of services, without a build.',
  options: {
    app: APP_OPTION,
    env: { type: 'string', help: `the environment that was applied (default: ${DEFAULT_ENV})` },
    context: { type: 'string', help: 'the kubectl context of the cluster (default: the current context)' },
    once: { type: 'boolean', help: 'copy the source once, and exit' },
    json: { type: 'boolean', help: 'print each line as JSON' },
  },
  words: Infinity,
  async run({ options, words }, io) {
    const sources = await chosen(words, options, io);
    const kubectl = new Kubectl(options.context as string | undefined);
    const output = new StartOutput(io, options.json === true);
    try {
      await assertLive(kubectl, sources);
      if (options.once) {
        for (const { service, sources: local } of sources) {
          const { live } = await podsOf(kubectl, service);
          for (const pod of live) await change(kubectl, pod, local.files, []);
          for (const pod of live) output.say(`${pod.name} runs the local source`);
        }
        return 0;
      }
      const stop = new AbortController();
      void Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal))).then(() => stop.abort());
      output.say(
        `watching ${sources.map(({ service }) => service.name).join(', ')}; Ctrl-C stops it, and the pods keep their files`,
      );
      await Promise.all(sources.map((source) => new Follower(kubectl, source, output).run(stop.signal)));
      return 0;
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      throw new CallsignError([
        {
          code: 'live-not-running',
          message: error.message,
          fix: 'Correct the error above, and run the command again.',
        },
      ]);
    }
  },
};

/** The named services, or all live services. */
async function chosen(names: readonly string[], options: Arguments['options'], io: Io): Promise<LiveSource[]> {
  const env = (options.env as string | undefined) ?? DEFAULT_ENV;
  // An app without the default environment can set `live` in its charts.
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
        ? `${name} is not live in the environment ${env}. Set ${name}: { live: true } there, then synthesize and apply it.`
        : `Unknown microservice: ${JSON.stringify(name)}.${guess ? ` Did you mean ${guess}?` : ''}`,
    );
  }
  const found =
    names.length > 0
      ? [...new Set(names)].map((name) => all.get(name)!)
      : [...all.values()].filter((source) => source !== undefined);
  if (found.length === 0)
    throw new UsageError(
      `No service is live in the environment ${env}. Set { live: true } for the services that you work on, then synthesize and apply it.`,
    );
  return found;
}

/** Throws a problem for each service without a live pod. */
async function assertLive(kubectl: Kubectl, sources: readonly LiveSource[]): Promise<void> {
  const problems: Problem[] = [];
  for (const { service } of sources) {
    const { live, other } = await podsOf(kubectl, service);
    if (live.length > 0) continue;
    problems.push({
      code: 'live-not-running',
      path: service.name,
      message: other.length > 0 ? 'Its pods are not live.' : 'It has no running pod.',
      expected: `a running pod from an environment with ${service.name}: { live: true }`,
      got: other.join(', ') || 'none',
      fix: 'Apply that environment: callsign apply --env dev.',
    });
  }
  if (problems.length > 0) throw new CallsignError(problems);
}
