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

  A host in an environment variable, an argument or a setting is the name of a Service.

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
      rule: 'A host in an environment variable, an argument or a setting is the name of a Service.',
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
