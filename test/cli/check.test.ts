import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asNobody } from '../synth/as-nobody';
import { app, callsign, callsignProcess, temporaryFolder } from './run';

const folder = temporaryFolder();
const POD = (name: string, image = 'shop/web:1') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`;
const sound = (name: string) => folder.put(name, POD('sound'));
const broken = (name: string) => folder.put(name, POD('broken', 'shop/web'));
/** The places of the problems, without the folder. */
const places = (out: string) =>
  [...out.matchAll(/^(\S+):(\d+):\d+ /gm)].map(([, file, line]) => `${file!.replace(`${folder.path}/`, '')}:${line}`);

describe('check exits with 0', () => {
  test('without problems, and prints the number of objects', async () => {
    sound('a.yaml');
    expect(await callsign(['check', folder.path])).toEqual({ code: 0, out: '1 object, no problems\n', error: '' });
    folder.put('values.yaml', 'replicas: 3\n---\nmore: true\n');
    folder.put('z.yaml', 'even: more\n');
    expect(await callsign(['check', folder.path])).toEqual({
      code: 0,
      out: '1 object, no problems; skipped 3 documents without a Kubernetes kind\n',
      error: '',
    });
  });

  test('with --json', async () => {
    expect(JSON.parse((await callsign(['check', '--json', sound('a.yaml')])).out)).toEqual({
      objects: 1,
      passedOver: 0,
      rules: {},
      problems: [],
    });
  });

  test('for the charts by default, with the hardened profile', async () => {
    expect(await callsign(['check', '--app', app('shop.ts'), '--profile', 'wiring'])).toEqual({
      code: 0,
      out: '12 objects, no problems\n',
      error: '',
    });
    expect(await callsign(['check', '--app', app('shop.ts')])).toEqual({
      code: 0,
      out: '12 objects, no problems\n',
      error: '',
    });
    const file = broken('a.yaml');
    expect((await callsign(['check', file])).out).not.toContain('root-allowed');
    expect((await callsign(['check', file, '--profile', 'hardened'])).out).toContain('root-allowed');
    expect(await callsign(['check', '--app', 'src/charts/app.ts'])).toMatchObject({ code: 0, error: '' });
  });
});

describe('check exits with 1', () => {
  test('with problems, and prints the file and line of each', async () => {
    const file = broken('a.yaml');
    expect(await callsign(['check', file])).toEqual({
      code: 1,
      error: '',
      out: `${file}:7:14  Pod broken · spec.containers[web].image  [image-unpinned]
  The image tag of "web" is not pinned.
  7 │       image: shop/web
    │              ^^^^^^^^
  expected: a tag other than latest, or a digest
  got: "shop/web"
  fix: Use the tag of a release, such as shop/web:1.2.3.

1 problem: 1 image-unpinned
`,
    });
  });

  test('with --json', async () => {
    const file = broken('a.yaml');
    const { code, out } = await callsign(['check', file, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      objects: 1,
      passedOver: 0,
      rules: { 'image-unpinned': 1 },
      problems: [
        expect.objectContaining({
          code: 'image-unpinned',
          object: 'Pod broken',
          field: 'spec.containers[0].image',
          fieldTitle: 'spec.containers[web].image',
          place: { file, line: 7, column: 14 },
        }),
      ],
    });
  });

  test('for invalid YAML, and also prints the other problems', async () => {
    folder.put('a.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata: [\n');
    folder.put('values.yaml', 'a: [\n');
    broken('b.yaml');
    const { code, out } = await callsign(['check', folder.path]);
    expect([code, places(out)]).toEqual([1, ['a.yaml:4', 'b.yaml:7']]);
    expect(out.endsWith('\n\n2 problems: 1 yaml-invalid, 1 image-unpinned\n')).toBe(true);
  });

  test('for charts that have problems', async () => {
    expect(await callsign(['check', '--app', app('broken.ts')])).toMatchObject({
      code: 1,
      out: expect.stringMatching(/\n3 problems: /),
    });
    expect(await callsign(['check', '--app', app('unwired.ts')])).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^test\/cli\/apps\/unwired\.ts:8:\d+ {2}shop\/web\/deployment · Deployment web · [^\n]*\[host-unknown\]\n/,
      ),
    });
  });

  test('and groups problems by file, in the order of their lines', async () => {
    folder.put('b.yaml', `${POD('b', 'shop/web')}    - name: other\n      image: shop/other\n`);
    folder.put('a.yaml', POD('a', 'shop/web').replace('spec:', 'spec:\n  colour: green'));
    const { out } = await callsign(['check', folder.path]);
    expect(places(out)).toEqual(['a.yaml:5', 'a.yaml:8', 'b.yaml:7', 'b.yaml:9']);
    expect(
      out
        .split('\n')
        .filter((line) => /  \d+ problems?$/.test(line))
        .map((line) => line.replace(`${folder.path}/`, '')),
    ).toEqual(['a.yaml  2 problems', 'b.yaml  2 problems']);
    expect(out).toMatch(/\n\n4 problems: 1 field-unknown, 3 image-unpinned\n$/);
  });

  test('and shows only the part of a long line around the place', async () => {
    const file = folder.put(
      'a.yaml',
      `{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "a", "annotations": { "a": "${'x'.repeat(300)}" } }, "spec": { "containers": [{ "name": "web", "image": "shop/web" }] } }\n`,
    );
    const [, , text = '', marks = ''] = (await callsign(['check', file])).out.split('\n');
    expect(text.length).toBeLessThan(140);
    expect(text.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('"shop/web"');
  });

  test('and uses colors only on a terminal', async () => {
    const file = broken('a.yaml');
    const painted = (await callsign(['check', file], { terminal: true })).out;
    expect(painted).toContain(
      `\u001b[1m${file}:7:14  Pod broken · spec.containers[web].image  [image-unpinned]\u001b[22m\n`,
    );
    expect(painted).toContain('\n\u001b[36m  got:\u001b[39m "shop/web"\n');
    expect((await callsign(['check', file], { terminal: false })).out).not.toContain('\u001b');
    expect((await callsign(['check', file, '--json'], { terminal: true })).out).not.toContain('\u001b');
  });
});

describe('check reads', () => {
  test('the YAML and JSON files below folders, in the order of their names', async () => {
    for (const [i, name] of ['b.yaml', 'a.yml', 'deep/er/c.json', 'z.yaml'].entries())
      folder.put(name, POD(`pod-${i}`, 'shop/web'));
    for (const name of [
      'notes.txt',
      '.hidden.yaml',
      '.git/a.yaml',
      'node_modules/a.yaml',
      'deep/node_modules/a.yaml',
      'yaml',
      'a.yaml.bak',
    ])
      broken(name);
    expect(places((await callsign(['check', folder.path])).out)).toEqual([
      'a.yml:7',
      'b.yaml:7',
      'deep/er/c.json:7',
      'z.yaml:7',
    ]);
  });

  test('no other files of a project in a folder', async () => {
    folder.put('Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
    folder.put('values.yaml', 'image: {{ image }}\n');
    folder.put('skaffold.yaml', 'apiVersion: skaffold/v3\nkind: Config\nmetadata: { name: shop }\nbuild: {}\n');
    folder.put('docker-compose.yml', 'services: { web: { image: web } }\n');
    folder.put('package.json', '{ "name": "web", "version": "1.0.0" }\n');
    folder.put('tsconfig.json', '{\n  // comment\n  "a": 1,\n}\n');
    folder.put('dashboard.json', '{ "title": "web", "panels": [{ "expr": "up{job=\\"a\\"}" }] }\n');
    folder.put('datasources.yaml', 'apiVersion: 1\ndatasources: [{ name: a, type: prometheus }]\n');
    folder.put('kustomization.yaml', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n');
    const { code, out } = await callsign(['check', folder.path]);
    expect([code, out]).toEqual([0, '0 objects, no problems; skipped 9 documents without a Kubernetes kind\n']);
    // A named file must contain manifests.
    expect((await callsign(['check', join(folder.path, 'Chart.yaml')])).out).toContain(
      'requires an apiVersion and a kind',
    );
  });

  test('manifests with mistakes in their kind, in a folder', async () => {
    folder.put('a.yaml', 'apiVersion: app/v1\nkind: Deployment\nmetadata: { name: a }\n');
    folder.put('b.yaml', 'kind: Deployment\nmetadata: { name: b }\n');
    folder.put('c.yaml', 'apiVersion: apps/v1\nkind: Deploymnet\nmetadata: { name: b }\n');
    expect(places((await callsign(['check', folder.path])).out).toSorted()).toEqual([
      'a.yaml:1',
      'b.yaml:1',
      'c.yaml:2',
    ]);
  });

  test('a named file with any extension', async () => {
    expect(places((await callsign(['check', broken('.hidden')])).out)).toEqual(['.hidden:7']);
  });

  test('no folder with templates or a kustomization, and prints what to check instead', async () => {
    sound('plain/a.yaml');
    folder.put(
      'plain/kustomization.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n',
    );
    broken('base/b.yaml');
    folder.put('base/kustomization.yaml', 'resources: [b.yaml]\nimages:\n  - { name: shop/web, newTag: "1" }\n');
    broken('chart/templates/c.yaml');
    folder.put('chart/Chart.yaml', 'name: a\n');
    const [base, chart] = [join(folder.path, 'base'), join(folder.path, 'chart')];
    expect(await callsign(['check', folder.path])).toEqual({
      code: 0,
      error: '',
      out: `1 object, no problems; skipped 1 document without a Kubernetes kind\nskipped ${base}, because it has to be rendered first: kubectl kustomize ${base} | callsign check -\nskipped ${chart}, because it has to be rendered first: helm template ${chart} | callsign check -\n`,
    });
    expect(JSON.parse((await callsign(['check', folder.path, '--json'])).out)).toMatchObject({
      passedFolders: [{ folder: base, instead: `kubectl kustomize ${base} | callsign check -` }, { folder: chart }],
    });
    expect((await callsign(['check', base])).error.split('\n')[0]).toBe(
      `callsign check: ${base} contains only sources of manifests. Check the rendered manifests: kubectl kustomize ${base} | callsign check -`,
    );
    expect((await callsign(['check', join(base, 'b.yaml')])).code).toBe(1);
  });

  test('several paths as one set of manifests', async () => {
    const service = folder.put(
      'service.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n',
    );
    const pod = folder.put(
      'pod.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata: { name: web, labels: { app: web } }\nspec: { containers: [{ name: web, image: "shop/web:1" }] }\n',
    );
    expect((await callsign(['check', service])).code).toBe(1);
    expect(await callsign(['check', service, pod])).toEqual({ code: 0, out: '2 objects, no problems\n', error: '' });
  });

  test('each file once, even if it is named or linked several times', async () => {
    const file = broken('a/one.yaml');
    symlinkSync('one.yaml', join(folder.path, 'a/two.yaml'));
    symlinkSync('a', join(folder.path, 'b'));
    expect(places((await callsign(['check', folder.path, join(folder.path, 'a'), file])).out)).toEqual([
      'a/one.yaml:7',
    ]);
  });

  test('past link cycles and broken links', async () => {
    broken('a/one.yaml');
    for (const name of ['up', 'again', 'and-again']) symlinkSync('..', join(folder.path, 'a', name));
    symlinkSync('self.yaml', join(folder.path, 'a/self.yaml'));
    symlinkSync('gone.yaml', join(folder.path, 'a/lost.yaml'));
    expect(places((await callsign(['check', folder.path])).out)).toEqual(['a/one.yaml:7']);
  });

  test('only regular files in a folder: a pipe would block', async () => {
    sound('a.yaml');
    execFileSync('mkfifo', [join(folder.path, 'b.yaml')]);
    expect(await callsign(['check', folder.path])).toMatchObject({ code: 0, out: '1 object, no problems\n' });
  });

  test('no harmful input, and reports it', async () => {
    const long = folder.put('long.yaml', '');
    truncateSync(long, 100 * 1024 * 1024);
    writeFileSync(join(folder.path, 'latin.yaml'), Buffer.from('a: b\nname: caf\xe9\n', 'latin1'));
    folder.put('deep.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: ${'['.repeat(100_000)}\n`);
    const { code, out } = await callsign(['check', folder.path]);
    expect([code, places(out.replaceAll(/(yaml:\d+) /g, '$1:1 '))]).toEqual([
      1,
      expect.arrayContaining(['deep.yaml:4', 'latin.yaml:2', 'long.yaml:1']),
    ]);
    expect(out).toContain('The file is too long.');
    expect(out).toContain('The file is not UTF-8 text.');
    expect(out).toContain('Lists and maps are nested too deeply.');
  });

  test('standard input for -', () => {
    expect(callsignProcess(['check', '-'], { input: POD('sound') })).toEqual({
      code: 0,
      out: '1 object, no problems\n',
      error: '',
    });
    expect(callsignProcess(['check', '-'], { input: POD('broken', 'shop/web') })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^standard input:7:14 {2}Pod broken/),
      error: '',
    });
  });

  test('standard input and files, from a slow pipe', () => {
    const bin = join(__dirname, '../../bin/callsign.js');
    const out = execFileSync(
      'sh',
      [
        '-c',
        '(sleep 0.3; cat "$2") | "$0" "$1" check - "$3"',
        process.execPath,
        bin,
        sound('a.yaml'),
        folder.put('b.yaml', POD('other')),
      ],
      { encoding: 'utf8' },
    );
    expect(out).toBe('2 objects, no problems\n');
  });
});

describe('check exits with 2', () => {
  test.each([
    ['--format', 'xml', 'text, json, sarif, github, junit'],
    ['--profile', 'strict', 'wiring, hardened'],
  ])('for a %s that is not there', async (option, value, known) => {
    expect((await callsign(['check', sound('a.yaml'), option, value])).error.split('\n')[0]).toBe(
      `callsign check: Unknown value of ${option}: ${JSON.stringify(value)}. Expected: ${known}.`,
    );
  });

  test('for a missing path', async () => {
    const { code, out, error } = await callsign(['check', sound('a.yaml'), join(folder.path, 'gone.yaml')]);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(
      /^callsign check: \S+gone\.yaml cannot be read: ENOENT: no such file or directory, [^\n]*\n$/,
    );
  });

  test('for a folder without YAML', async () => {
    folder.put('notes.txt', 'hello');
    expect((await callsign(['check', folder.path])).error.split('\n')[0]).toBe(
      `callsign check: ${folder.path} contains no YAML. Expected: a file, or a folder with .yaml, .yml or .json files.`,
    );
  });

  test.each(['a.yaml', 'below'])('for %s without read permission', async (name) => {
    sound('a.yaml');
    sound('below/b.yaml');
    chmodSync(folder.path, 0o755);
    chmodSync(join(folder.path, name), 0o000);
    const { code, out, error } = await asNobody(() => callsign(['check', folder.path]));
    chmodSync(join(folder.path, name), 0o755);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(new RegExp(`^callsign check: EACCES: permission denied, \\w+ '\\S+/${name}'\n$`));
  });

  test('for a missing app', async () => {
    expect(await callsign(['check', '--app', 'gone.ts'])).toMatchObject({
      code: 2,
      error: expect.stringMatching(/^callsign check: File not found: gone\.ts\./),
    });
  });
});

test('the manifests of this repository have no problems', async () => {
  expect(readFileSync('k8s-out/00-namespaces.k8s.yaml', 'utf8')).toContain('kind: Namespace');
  expect(await callsign(['check', 'k8s-out'])).toMatchObject({ code: 0, error: '' });
});

describe('check --explain', () => {
  test('a problem of a construct: the rule, the reason, the fix and an example', async () => {
    expect(await callsign(['check', '--explain', 'replicas-invalid'])).toEqual({
      code: 0,
      error: '',
      out: `replicas-invalid (charts)

  The number of replicas is a whole number, 0 or more.

  why: The cluster cannot run a negative number of pods, or half a pod.
  fix: Write a whole number, such as replicas: 2. 0 stops the part.
  example of the problem: replicas: '2'
`,
    });
  });

  test('a rule, and how to suppress it', async () => {
    const { out } = await callsign(['check', '--explain', 'limit-missing']);
    expect(out).toMatch(/^limit-missing \(hardened\)\n/);
    expect(out).toContain('  waive: annotate the object with waive.callsign.dev/limit-missing: REASON\n');
  });

  test('a code that does not exist', async () => {
    const { code, error } = await callsign(['check', '--explain', 'replica-invalid']);
    expect([code, error]).toEqual([2, expect.stringContaining('Did you mean replicas-invalid?')]);
  });
});

describe('check --kubernetes', () => {
  const old = () => folder.put('old.yaml', 'apiVersion: v1\nkind: Endpoints\nmetadata: { name: a }\n');

  test.each(['1.33', 'v1.34', '1.37.2'])('%s adds what that version deprecates', async (version) => {
    expect((await callsign(['check', old()])).code).toBe(0);
    const { code, out } = await callsign(['check', old(), '--kubernetes', version]);
    expect([code, out]).toEqual([1, expect.stringContaining('[api-deprecated]')]);
  });

  test.each(['1.32', '1.38', '2.33', '34', 'latest'])('%s is a clear error', async (version) => {
    expect(await callsign(['check', old(), '--kubernetes', version])).toEqual({
      code: 2,
      out: '',
      error: expect.stringContaining(
        `--kubernetes: "${version}" is not a known version. Expected: 1.33 to 1.37.`,
      ) as unknown,
    });
  });
});
