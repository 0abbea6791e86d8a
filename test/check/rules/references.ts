import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

/** The ways in which a pod names a ConfigMap or a Secret, with the field of the problem. NAME and KEY are placeholders. */
interface Way {
  readonly where: 'container' | 'pod';
  readonly yaml: string;
  readonly field: string;
  /** The field with the key, if there is one. */
  readonly keyField?: string;
  /** Whether the reference can be optional. */
  readonly optional?: false;
}

/** Defines the tests that both rules have in common. */
export function referenceTests(kind: 'ConfigMap' | 'Secret', ways: Record<string, Way>): void {
  const code = kind === 'Secret' ? 'secret-missing' : 'config-map-missing';
  const object = (name: string, namespace = 'shop') =>
    `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\ndata: { color: Ymx1ZQ== }`;
  const pod = ({ where, yaml }: Way, name: string, key = 'color') => {
    const lines = yaml.replace('NAME', name).replace('KEY', key);
    return where === 'pod' ? deployment('', { pod: lines }) : deployment(lines);
  };

  describe.each(Object.entries(ways))('%s', (_, way) => {
    const at = way.where === 'pod' ? 'spec.template.spec.' : 'spec.template.spec.containers[0].';

    test('reports a missing one', () => {
      const yaml = documents(object('theme'), pod(way, 'themes'));
      expect(problemsIn(code, yaml)).toMatchObject([
        {
          object: 'Deployment shop/web',
          field: at + (way.keyField ?? way.field),
          file: FILE,
          line: lineOf(yaml, 'themes'),
          got: 'themes',
          expected: 'one of theme',
          message: expect.stringContaining(`There is no ${kind} "themes" in the namespace shop`),
          fix: expect.stringMatching(/^Did you mean theme\? Otherwise, /),
        },
      ]);
    });

    test('accepts an existing one', () => {
      expect(problemsIn(code, documents(object('theme'), pod(way, 'theme')))).toEqual([]);
    });

    test('reports one in another namespace', () => {
      expect(problemsIn(code, documents(object('theme', 'blog'), pod(way, 'theme')))).toHaveLength(1);
    });

    if (way.optional === false) return;
    test('accepts an optional reference', () => {
      const optional = { ...way, yaml: way.yaml.replace(/(secretName|name): NAME/, '$1: NAME, optional: true') };
      expect(problemsIn(code, pod(optional, 'gone'))).toEqual([]);
      expect(problemsIn(code, pod({ ...way, yaml: optional.yaml.replace('true', 'false') }, 'gone'))).toHaveLength(1);
    });
  });

  const keyed = Object.entries(ways).filter(([, { keyField }]) => keyField !== undefined);
  test.each(keyed)('%s reports a missing key', (_, way) => {
    const yaml = documents(object('theme'), pod(way, 'theme', 'colour'));
    expect(problemsIn(code, yaml)).toMatchObject([
      {
        message: `The ${kind} theme has no key "colour".`,
        expected: 'one of color',
        got: 'colour',
        fix: 'Did you mean color? Otherwise, add the key.',
        line: lineOf(yaml, 'colour'),
      },
    ]);
  });

  test('ignores null', () => {
    expect(problemsIn(code, deployment('env: null\nenvFrom: null', { pod: 'volumes: null' }))).toEqual([]);
    expect(
      problemsIn(
        code,
        deployment('env: [{ name: A, valueFrom: null }]\nenvFrom: [{ configMapRef: null, secretRef: null }]', {
          pod: 'volumes: [{ name: a, configMap: null, secret: null, projected: { sources: null } }]',
        }),
      ),
    ).toEqual([]);
  });

  test('checks init containers and CronJobs', () => {
    const env = `[{ name: A, valueFrom: { ${kind === 'Secret' ? 'secret' : 'configMap'}KeyRef: { name: gone, key: a } } }]`;
    expect(problemsIn(code, deployment('', { pod: `initContainers: [{ name: a, env: ${env} }]` }))).toHaveLength(1);
    expect(
      problemsIn(
        code,
        `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: a }\nspec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, env: ${env} }] } } } } }`,
      ),
    ).toHaveLength(1);
  });
}
