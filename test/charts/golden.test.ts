import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { titleOf } from '../../src/k8s/objects';
import { check } from '../../src/check/check';
import { synthesize } from '../../src/synth/synthesize';
import { renderFile, toYaml } from '../../src/synth/yaml';
import { differences } from '../../src/changes/differences';
import { objectsOf } from '../constructs/render';
import { ALL_CHARTS, ALL_ENVIRONMENTS, DATABASES } from './all';

/** The tag is a hash of the service's sources: k8s-out holds it, a golden is about the charts. */
const withoutTags = (text: string) => text.replace(/\b(callsign\/[\w-]+:)[0-9a-f]{12}\b/g, '$1SOURCES');

// `npm run golden` rewrites what stands in test/golden; read the difference before you commit it.
describe.each(Object.entries({ ...ALL_CHARTS, ...DATABASES }))('%s', (_name, make) => {
  const files = synthesize(make());

  test.each(files.flatMap(({ manifests }) => manifests.map(({ object }) => [titleOf(object), object] as const)))(
    '%s',
    (_title, object) => {
      expect(withoutTags(toYaml(object))).toMatchSnapshot();
    },
  );

  test('the wiring is proved', () => {
    expect(check(files.flatMap(({ manifests }) => manifests))).toEqual([]);
  });
});

describe.each(Object.entries(ALL_ENVIRONMENTS))('%s', (_name, { charts, make }) => {
  test('is what it changes in the charts', () => {
    const lines = differences(objectsOf(ALL_CHARTS[charts]!()), objectsOf(make())).map(
      ({ object, field, from, to }) => `${object} ${field ?? ''}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
    );
    expect(withoutTags(lines.join('\n'))).toMatchSnapshot();
  });

  test('the wiring is proved', () => {
    expect(check(synthesize(make()).flatMap(({ manifests }) => manifests))).toEqual([]);
  });
});

test('k8s-out is what the charts make: else run `npm run synth`, and commit it', () => {
  const folder = join(__dirname, '../../k8s-out');
  const committed = Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  expect(committed).toEqual(
    Object.fromEntries(synthesize(ALL_CHARTS.blog!()).map((file) => [file.name, renderFile(file)])),
  );
});
