import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { titleOf } from '../../src/k8s/objects';
import { check } from '../../src/check/check';
import { synthesize } from '../../src/synth/synthesize';
import { renderFile, toYaml } from '../../src/synth/yaml';
import { differences } from '../../src/changes/differences';
import { objectsOf } from '../constructs/render';
import { ALL_CHARTS, ALL_ENVIRONMENTS, DATABASES } from './all';

/** The tag of an image is a hash of its sources. Only k8s-out pins it; the goldens are about the charts. */
const withoutTags = (text: string) => text.replace(/\b(callsign\/[\w-]+:)[0-9a-f]{12}\b/g, '$1SOURCES');

/** k8s-out pins the blog, byte by byte: see the last test. */
const { blog, ...others } = ALL_CHARTS;

// `npm run golden` rewrites test/golden. Read the difference before you commit it.
describe.each(Object.entries({ ...others, ...DATABASES }))('%s', (_name, make) => {
  const files = synthesize(make());

  test.each(files.flatMap(({ manifests }) => manifests.map(({ object }) => [titleOf(object), object] as const)))(
    '%s',
    (_title, object) => {
      expect(withoutTags(toYaml(object))).toMatchSnapshot();
    },
  );

  test('has no wiring problem', () => {
    expect(check(files.flatMap(({ manifests }) => manifests))).toEqual([]);
  });
});

describe.each(Object.entries(ALL_ENVIRONMENTS))('%s', (_name, { charts, make }) => {
  test('changes this in the charts', () => {
    const lines = differences(objectsOf(ALL_CHARTS[charts]!()), objectsOf(make())).map(
      ({ object, field, from, to }) => `${object} ${field ?? ''}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
    );
    expect(withoutTags(lines.join('\n'))).toMatchSnapshot();
  });

  test('has no wiring problem', () => {
    expect(check(synthesize(make()).flatMap(({ manifests }) => manifests))).toEqual([]);
  });
});

describe('the blog', () => {
  const files = synthesize(blog!());

  test('is in k8s-out, byte by byte: else run `npm run synth`, and commit the result', () => {
    const folder = join(__dirname, '../../k8s-out');
    const committed = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    expect(committed).toEqual(Object.fromEntries(files.map((file) => [file.name, renderFile(file)])));
  });

  test('has no wiring problem', () => {
    expect(check(files.flatMap(({ manifests }) => manifests))).toEqual([]);
  });
});
