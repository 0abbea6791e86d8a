import { join } from 'node:path';
import { app, callsign, temporaryFolder } from './run';

const folder = temporaryFolder();
const POD = (name: string, image = 'shop/web:1') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`;
const sound = (name: string) => folder.put(name, POD('sound'));
const broken = (name: string) => folder.put(name, POD('broken', 'shop/web'));

describe('check --format', () => {
  test('as annotations of GitHub', async () => {
    const file = folder.put('a,b.yaml', POD('broken', 'shop/web'));
    expect(await callsign(['check', file, '--format', 'github'])).toEqual({
      code: 1,
      error: '',
      out: `::error file=${file.replace(',', '%2C')},line=7,col=14,title=image-unpinned%3A Pod broken · spec.containers[web].image::The image tag of "web" is not pinned.%0Aexpected: a tag other than latest, or a digest%0Agot: "shop/web"%0Afix: Use the tag of a release, such as shop/web%3A1.2.3.\n`.replace(
        'shop/web%3A1.2.3',
        'shop/web:1.2.3',
      ),
    });
    expect(await callsign(['check', sound('c.yaml'), '--format', 'github'])).toEqual({ code: 0, out: '', error: '' });
  });

  test('as SARIF', async () => {
    const file = broken('a b.yaml');
    const { code, out } = await callsign(['check', file, '--format', 'sarif']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'callsign',
              rules: [
                {
                  id: 'image-unpinned',
                  shortDescription: { text: expect.any(String) },
                  help: { text: expect.any(String) },
                },
              ],
            },
          },
          results: [
            {
              ruleId: 'image-unpinned',
              ruleIndex: 0,
              level: 'error',
              message: { text: expect.stringContaining('Got: "shop/web".') },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: file.replace(' ', '%20') },
                    region: { startLine: 7, startColumn: 14 },
                  },
                  logicalLocations: [{ fullyQualifiedName: 'Pod broken · spec.containers[0].image' }],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(JSON.parse((await callsign(['check', sound('c.yaml'), '--format', 'sarif'])).out)).toMatchObject({
      runs: [{ results: [], tool: { driver: { rules: [] } } }],
    });
  });

  interface SarifRun {
    readonly tool: {
      readonly driver: { readonly rules: readonly { id: string; help?: { text: string; markdown: string } }[] };
    };
    readonly results: readonly { ruleId: string; ruleIndex: number; partialFingerprints: Record<string, string> }[];
  }
  const sarif = async (...files: string[]) =>
    (
      JSON.parse((await callsign(['check', ...files, '--format', 'sarif', '--profile', 'hardened'])).out) as {
        runs: [SarifRun];
      }
    ).runs[0];

  test('the rules in SARIF have a help, and each result refers to its rule', async () => {
    const { tool, results } = await sarif(broken('a.yaml'));
    expect(tool.driver.rules.length).toBeGreaterThan(5);
    for (const { help } of tool.driver.rules) {
      expect(help?.text).toMatch(/\w/);
      expect(help?.markdown).toContain(help!.text);
    }
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
  });

  test('the fingerprints in SARIF are unique, and do not depend on lines and files', async () => {
    const prints = ({ results }: SarifRun) => results.map((result) => result.partialFingerprints['callsign/v1']);
    const text = POD('broken', 'shop/web');
    const first = prints(await sarif(folder.put('a.yaml', text)));
    const moved = prints(await sarif(folder.put('b.yaml', `# A comment.\n${text}`)));
    expect(first[0]).toMatch(/^[0-9a-f]{32}:1$/);
    expect(new Set(first).size).toBe(first.length);
    expect(moved).toEqual(first);
    const twice = prints(await sarif(join(folder.path, 'a.yaml'), join(folder.path, 'b.yaml')));
    // Equal objects are checked together with others only once.
    expect(twice.length).toBeGreaterThan(first.length);
    expect(new Set(twice).size).toBe(twice.length);
    expect(twice).toEqual(expect.arrayContaining(first));
  });

  test('as JUnit', async () => {
    const file = folder.put('a&b.yaml', POD('broken', '"shop/<w&b"'));
    const { code, out } = await callsign(['check', file, '--format', 'junit']);
    expect(code).toBe(1);
    const name = file.replace('&', '&amp;');
    expect(out).toContain(
      `<testsuites name="callsign check" tests="1" failures="1">\n  <testsuite name="${name}" tests="1" failures="1">\n`,
    );
    expect(out).toContain(
      `    <testcase classname="image-unpinned" name="Pod broken · spec.containers[web].image" file="${name}" line="7">\n      <failure type="image-unpinned" message="`,
    );
    expect(out).toContain('fix: ');
    // Everything that is no tag and no reference is text.
    expect(out.replaceAll(/<[/?]?\w+(?: [\w:]+="[^"<]*")*[/?]?>|&(?:amp|lt|gt|quot|#10|#9);/g, '')).not.toMatch(
      /[<>&]/,
    );
    const strange = await callsign(['check', folder.put('d.yaml', POD('"a\\u0007b"')), '--format', 'junit']);
    expect(strange.out).toContain('Pod a\uFFFDb');
    // eslint-disable-next-line no-control-regex
    expect(strange.out).not.toMatch(/[\u0000-\u0008]/);
    expect((await callsign(['check', sound('c.yaml'), '--format', 'junit'])).out).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="callsign check" tests="1" failures="0">
  <testsuite name="callsign check" tests="1" failures="0">
    <testcase name="no problems"/>
  </testsuite>
</testsuites>
`,
    );
  });

  test('problems of constructs', async () => {
    const { code, out } = await callsign(['check', '--app', app('broken.ts'), '--format', 'json']);
    expect(code).toBe(1);
    expect((JSON.parse(out) as { problems: unknown[] }).problems).toHaveLength(3);
  });
});

describe('check --explain', () => {
  test('prints the meaning of a code, why it matters, and the fix', async () => {
    expect(await callsign(['check', '--explain', 'host-unknown'])).toEqual({
      code: 0,
      error: '',
      out: `host-unknown (wiring)

  A host in an environment variable, a command or a setting is the name of a Service.

  why: The name does not resolve, so every call fails although all pods run.
  fix: Use the name of a Service. Add the namespace if the Service is in another one.
  waive: annotate the object with waive.callsign.dev/host-unknown: REASON
`,
    });
    expect((await callsign(['check', '--explain', 'root-writable'])).out).toMatch(/^root-writable \(hardened\)\n/);
  });

  test('as JSON', async () => {
    const explained = async (code: string) =>
      JSON.parse((await callsign(['check', '--explain', code, '--json'])).out) as unknown;
    expect(await explained('host-unknown')).toEqual({
      code: 'host-unknown',
      rule: 'A host in an environment variable, a command or a setting is the name of a Service.',
      group: 'wiring',
      why: 'The name does not resolve, so every call fails although all pods run.',
      fix: 'Use the name of a Service. Add the namespace if the Service is in another one.',
    });
    expect(await explained('replicas-invalid')).toMatchObject({
      code: 'replicas-invalid',
      rule: 'The number of replicas is a whole number, 0 or more.',
      group: 'charts',
      broken: expect.stringContaining('replicas'),
    });
  });

  test('suggests the most similar code for an unknown one', async () => {
    expect(await callsign(['check', '--explain', 'host-unknwon'])).toMatchObject({
      code: 2,
      out: '',
      error: expect.stringMatching(/^callsign check: There is no code "host-unknwon"\. Did you mean host-unknown\?/),
    });
  });
});

describe('hints', () => {
  const secret = (name: string, namespace = '') =>
    `---\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name}${namespace && `, namespace: ${namespace}`} }\n`;
  const hinted = (name: string, more = '') =>
    folder.put(name, `${secret('a', 'shop')}${secret('b', 'shop')}${secret('c')}${more}`);

  test('are in the text after the problems, and do not change the exit code', async () => {
    const file = hinted('hints/a.yaml');
    expect(await callsign(['check', file])).toEqual({
      code: 0,
      error: '',
      out: `Hints

${file}:12:1  Secret c · metadata.namespace  [namespace-left-out]
  The object has no namespace, but all objects near it have one.
  12 │ metadata: { name: c }
     │ ^^^^^^^^^
  expected: shop
  fix: Add namespace: shop to the metadata, or waive this hint.

3 objects, no problems, 1 hint
`,
    });
    const both = hinted(
      'hints/b.yaml',
      `---\n${POD('broken', 'shop/web').replace('broken }', 'broken, namespace: shop }')}`,
    );
    const { code, out } = await callsign(['check', both]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /\[image-unpinned\][^]*\nHints\n[^]*\[namespace-left-out\][^]*\n1 problem: 1 image-unpinned, 1 hint\n$/,
    );
  });

  test('are a list in JSON, notes in SARIF, notices in annotations, and not in JUnit', async () => {
    const file = hinted('hints/a.yaml');
    const as = async (format: string) => (await callsign(['check', file, '--format', format])).out;
    expect(JSON.parse(await as('json'))).toMatchObject({ problems: [], hints: [{ code: 'namespace-left-out' }] });
    expect(JSON.parse(await as('sarif'))).toMatchObject({
      runs: [
        {
          tool: { driver: { rules: [{ id: 'namespace-left-out', defaultConfiguration: { level: 'note' } }] } },
          results: [{ ruleId: 'namespace-left-out', level: 'note' }],
        },
      ],
    });
    expect(await as('github')).toMatch(/^::notice file=.*a\.yaml,line=12,/);
    expect(await as('junit')).toContain('<testcase name="no problems"/>');
  });

  test('can be part of a baseline', async () => {
    const file = hinted('hints/a.yaml');
    const baseline = join(folder.path, 'hints.json');
    expect((await callsign(['check', file, '--write-baseline', baseline])).out).toBe(
      `wrote ${baseline} with 0 problems and 1 hint\n`,
    );
    expect((await callsign(['check', file, '--baseline', baseline])).out).toBe(
      '3 objects, no new problems\n1 problem of the baseline not shown\n',
    );
  });
});
