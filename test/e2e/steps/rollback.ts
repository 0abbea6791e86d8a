import type { Step } from '../context';
import { ChartsApp, succeeded } from '../support/charts-app';
import { holds } from '../support/promise';

const NAMESPACE = 'rolled-back';
const PROGRAM = "require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT)";

const charts = (version: number, program = PROGRAM) => `
  const chart = new Chart(app, '${NAMESPACE}', { namespace: '${NAMESPACE}' });
  new Namespace(chart, '${NAMESPACE}');
  add(chart, 'ConfigMap', 'only-${version}');
  new Microservice(chart, 'web', {
    image: Image.of('node:24-slim'),
    command: ['node', '-e', ${JSON.stringify(program)}],
    env: { VERSION: '${version}' },
    resources: { cpu: '25m' },
    shutdown: { pause: 1, grace: 5 },
    replicas: 1,
  });`;

export const rollback: Step = {
  name: 'rollback',
  promise:
    'A release that does not become ready is replaced by the last one that did. Every earlier release can be applied again, and the diff against it is empty.',
  apart: true,
  async run(context) {
    const app = new ChartsApp(context, [NAMESPACE]);
    return app.use(async () => {
      for (const version of [1, 2]) {
        app.write(charts(version));
        succeeded(await app.callsign('apply'));
      }
      app.write(charts(3, "console.error('broken release'); process.exit(1)"));
      const failed = await app.callsign('apply', '--rollback-on-failure');
      holds(
        failed.code === 1 && failed.out.includes('broken release') && failed.out.includes('rolls back to release 2'),
        'a failed apply names the cause and rolls back',
        failed,
      );
      await isEmpty(app, 2);
      succeeded(await app.callsign('rollback', '1'));
      await isEmpty(app, 1);
      const history = succeeded(await app.callsign('history'));
      const states = [...history.out.matchAll(/^ +(\d+) {2}\S+ {2}(\w+)/gm)].map(
        ([, number, state]) => `${number} ${state}`,
      );
      holds(
        JSON.stringify(states) === JSON.stringify(['5 ready', '4 ready', '3 failed', '2 ready', '1 ready']),
        'the history contains all of them',
        history,
      );
      return { states };
    });
  },
};

async function isEmpty(app: ChartsApp, version: number): Promise<void> {
  app.write(charts(version));
  const diff = await app.callsign('diff');
  holds(diff.code === 0, `the cluster contains release ${version}, and nothing else`, diff);
}
