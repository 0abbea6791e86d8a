import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, Chart } from 'cdk8s';
import shop from '../../src/charts/examples/shop';
import { ChartObject, check } from '../../src/index';
import { hintsIn } from '../../src/check/find-problems';
import { World } from '../../src/check/world/world';
import { synthesize } from '../../src/synth/synthesize';

const source = readFileSync(join(__dirname, '../../src/charts/examples/shop.ts'), 'utf8');

describe('the shop needs no way around the constructs', () => {
  const app = shop.make();
  synthesize(app);
  const objects = app.node.findAll().filter((construct) => ApiObject.isApiObject(construct));

  test('its source imports only charts and the library, and names no object and no patch', () => {
    expect(source.match(/from '[^']+'/g)).toEqual(["from 'cdk8s'", "from 'constructs'", "from '../../index'"]);
    expect(source).toContain("import { Chart } from 'cdk8s';");
    expect(source).not.toMatch(/ApiObject|ChartObject|CustomResource|\.objects\b|\.(?:patch|merge|delete)\(/);
  });

  test('constructs of Callsign make all of its objects', () => {
    expect(objects.length).toBeGreaterThan(80);
    expect(objects.filter(({ node }) => node.scope && Chart.isChart(node.scope))).toEqual([]);
    expect(objects.filter((object) => 'definition' in object)).toEqual([]);
  });

  test('no object is patched', () => {
    const patched = objects.filter((object) => object instanceof ChartObject && object.placeOf([]) !== undefined);
    // The namespace itself adds the level that its exceptions need.
    expect(patched.map(({ kind }) => kind)).toEqual(['Namespace']);
  });
});

describe.each([undefined, ...shop.environments])('the shop in the environment %s', (environment) => {
  const manifests = synthesize(shop.make(environment)).flatMap((file) => file.manifests);

  test('passes the profile hardened', () => {
    expect(check(manifests, 'hardened')).toEqual([]);
  });

  test('has one exception from the hardened defaults, with its reason', () => {
    expect(hintsIn(new World(manifests), 'hardened')).toMatchObject([
      { code: 'exception-declared', object: 'Deployment shop/page', message: expect.stringContaining('caddy') },
    ]);
  });
});
