import type { Chart } from 'cdk8s';
import { Gateway } from '../../../src/index';
import type { Step } from '../context';
import { Gateway as Client } from '../support/gateway';
import type { KubeObject } from '../support/kubectl';
import { Load, evidenceOf, noneFailed } from '../support/load';
import { OwnApp, echo } from '../support/own-app';
import { holds } from '../support/promise';
import { sleep, until } from '../support/until';

const NAMESPACE = 'e2e-move';
const HOST = 'move.localhost';

export const moveGateway: Step = {
  name: 'move-gateway',
  promise: 'A host moves from an Ingress to a Gateway, as docs/move-to-gateway-api.md describes. No request fails.',
  async run(context) {
    const { kubectl, say } = context;
    const client = new Client(`127.0.0.1:${context.gateway.port}`, HOST);
    const appWith = (...gateways: (keyof typeof GATEWAYS)[]) =>
      new OwnApp(context, NAMESPACE, (chart) => declare(chart, gateways));
    const routeIsAccepted = async () => {
      const [route] = await kubectl.list<Route>('httproutes', '-n', NAMESPACE);
      const conditions = route?.status?.parents?.[0]?.conditions ?? [];
      return conditions.some(({ type, status }) => type === 'Accepted' && status === 'True');
    };
    return appWith('old').use(async () => {
      await until('the Ingress serves the host', 60, async () => (await client.ask('/')).status === 200);
      const load = new Load(client, [{ name: 'page', path: '/', rate: 30, expect: 200 }]);
      try {
        await appWith('old', 'next').apply();
        await until('the HTTPRoute is accepted', 60, routeIsAccepted);
        // The proxy gets its routes a moment after their status.
        await sleep(5_000);
        await kubectl.must(['-n', NAMESPACE, 'delete', 'ingress', 'entry']);
        await appWith('next').apply();
        await sleep(5_000);
        const ingresses = await kubectl.list<KubeObject>('ingresses', '-n', NAMESPACE);
        const answer = await client.ask('/');
        holds(ingresses.length === 0 && answer.status === 200, 'only the HTTPRoute serves the host', {
          ingresses,
          answer,
        });
        say(`the Ingress is gone, and the Gateway answers ${answer.status}`);
        const figures = await load.stop();
        noneFailed(figures, 'no request fails');
        return { ...evidenceOf(figures) };
      } finally {
        await load.stop();
      }
    });
  },
};

interface Route extends KubeObject {
  readonly status?: {
    readonly parents?: readonly {
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    }[];
  };
}

/** The options of the two gateways of the host. */
const GATEWAYS = {
  old: { id: 'entry', controller: 'traefik' },
  next: { id: 'entry-next', listen: { className: 'traefik' } },
} as const;

function declare(chart: Chart, gateways: readonly (keyof typeof GATEWAYS)[]): void {
  const page = echo(chart, 'page');
  for (const name of gateways) {
    const { id, ...wayIn } = GATEWAYS[name];
    new Gateway(chart, id, { host: HOST, routes: { '/': page }, ...wayIn });
  }
}
