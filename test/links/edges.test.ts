import { App, Chart } from 'cdk8s';
import { ALL_CHARTS, ALL_ENVIRONMENTS } from '../charts/all';
import { Database, Gateway, Image, Microservice, Namespace } from '../../src/index';
import { graphOf } from '../../src/links/graph';
import { objectsOf } from '../constructs/render';
import { edgesOfEnvironment, edgesOfPolicies } from './edges';

const image = Image.of('shop/any:1');

/** Two namespaces, calls within and across them, in both directions, to a database, and a gateway. */
function twoNamespaces(): App {
  const app = new App();
  const [shop, bank] = ['shop', 'bank'].map((name) => new Chart(app, name, { namespace: name })) as [Chart, Chart];
  new Namespace(shop, 'shop');
  new Namespace(bank, 'bank');
  const ledger = new Microservice(bank, 'ledger', {
    image,
    database: new Database(bank, 'entries', { backup: {} }),
    port: 3000,
  });
  const till = new Microservice(shop, 'till', { image });
  const cart = new Microservice(shop, 'cart', { image }).calls(till, ledger);
  ledger.calls(cart);
  new Microservice(shop, 'worker', { image, http: false }).calls(cart);
  new Gateway(shop, 'door', { routes: { '/': cart } });
  return app;
}

const environments = Object.entries(ALL_ENVIRONMENTS).map(([name, { make }]) => [name, make] as const);

/** One process calls nobody. */
const charts = Object.entries(ALL_CHARTS).filter(([name]) => name !== 'one-process');

test.each([...charts, ...environments, ['two namespaces', twoNamespaces] as const])(
  '%s: environment, policies and picture tell the same edges',
  (_name, make) => {
    const app = make();
    const objects = objectsOf(app);
    const { nodes, edges } = graphOf(app);
    const inside = new Set(
      nodes.filter(({ kind }) => ['microservice', 'server', 'worker', 'database'].includes(kind)).map(({ id }) => id),
    );
    const drawn = edges
      .filter(({ from, to }) => inside.has(from) && inside.has(to))
      .map(({ from, to }) => `${from} > ${to}`)
      .toSorted();
    expect(drawn.length).toBeGreaterThan(0);
    expect(ofParts(edgesOfEnvironment(objects), inside)).toEqual(drawn);
    expect(ofParts(edgesOfPolicies(objects, 'egress'), inside)).toEqual(drawn);
    expect(withoutGateway(ofParts(edgesOfPolicies(objects, 'ingress'), inside), drawn, edges)).toEqual(drawn);
  },
);

/**
 * Without the Job of a database for the roles of its callers, which is not a part of the chart, and without the calls between
 * the servers of an event log.
 */
function ofParts(all: string[], inside: ReadonlySet<string>): string[] {
  return all.filter((edge) => {
    const [from, to] = edge.split(' > ') as [string, string];
    return from !== to && (inside.has(from) || !new RegExp(`^${to}-roles(-[0-9a-f]{8})?$`).test(from));
  });
}

/** A gateway lets in whatever other namespace serves the Ingress: to its targets only, and from no namespace of its own. */
function withoutGateway(ingress: string[], drawn: string[], edges: readonly { from: string; to: string }[]): string[] {
  const behind = new Set(edges.filter(({ from }) => from.startsWith('gateway/')).map(({ to }) => to));
  return ingress.filter((edge) => {
    const [from, to] = edge.split(' > ') as [string, string];
    return drawn.includes(edge) || !behind.has(to) || from.split('/')[0] === to.split('/')[0];
  });
}
