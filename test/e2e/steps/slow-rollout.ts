import type { Step } from '../context';
import { ChartsApp } from '../support/charts-app';
import { holds } from '../support/promise';
import { inNamespace, microservice, server } from '../support/small-charts';

const NAMESPACE = 'slow-rollout';

const charts = (seconds: number) =>
  inNamespace(
    NAMESPACE,
    microservice('web', { program: server(seconds), more: 'replicas: 12, health: { startup: 60 },' }),
  );

export const slowRollout: Step = {
  name: 'slow-rollout',
  promise: 'A rollout of twelve replicas that takes longer than five minutes succeeds, because it makes progress.',
  apart: true,
  minutes: 10,
  async run(context) {
    const app = new ChartsApp(context, [NAMESPACE]);
    return app.use(async () => {
      app.write(charts(0));
      const first = await app.callsign('apply');
      holds(first.code === 0, 'the command succeeds', first);
      app.write(charts(27));
      const from = Date.now();
      const second = await app.callsignFor(900_000, 'apply');
      const seconds = Math.round((Date.now() - from) / 1_000);
      holds(second.code === 0, 'a slow rollout succeeds', second);
      holds(seconds > 300, 'the rollout took longer than five minutes', { seconds });
      return { seconds };
    });
  },
};
