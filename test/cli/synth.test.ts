import { chmodSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MARK } from '../../src/synth/yaml';
import { asNobody } from '../synth/as-nobody';
import { app, callsign, callsignProcess, temporaryFolder } from './run';

const folder = temporaryFolder();
const shop = ['synth', '--app', app('shop.ts')];
/** The requirements of the shop, which synth prints to the error output. */
const REQUIREMENTS = `Cluster requirements:
  Kubernetes 1.30 or newer, for lifecycle.preStop.sleep (Deployment shop/cart and 1 more)
  a network plugin that enforces NetworkPolicies. Other plugins ignore them without a message (NetworkPolicy shop/cart and 2 more)
`;

describe('synth', () => {
  test('writes the manifests and lists them; a second run changes nothing', async () => {
    const out = join(folder.path, 'out');
    expect(await callsign([...shop, '--out', out])).toEqual({
      code: 0,
      out: `wrote ${out}/00-namespaces.k8s.yaml\nwrote ${out}/shop.k8s.yaml\n${out} contains 12 objects in 2 files\n`,
      error: REQUIREMENTS,
    });
    expect(readFileSync(join(out, 'shop.k8s.yaml'), 'utf8')).toMatch(/CART_URL\n\s+value: http:\/\/cart\n/);
    expect(await callsign([...shop, '--out', out])).toEqual({
      code: 0,
      out: `${out} contains 12 objects in 2 files; no changes\n`,
      error: REQUIREMENTS,
    });
  });

  test('removes its own files that no chart produces, but no files of others', async () => {
    folder.put('old.k8s.yaml', `${MARK}\n---\nkind: Old\n`);
    folder.put('theirs.yaml', 'kind: Theirs\n');
    expect((await callsign([...shop, '--out', folder.path])).out).toContain(
      `removed ${folder.path}/old.k8s.yaml: no chart produces it any more\n`,
    );
    expect(readdirSync(folder.path)).toEqual(['00-namespaces.k8s.yaml', 'shop.k8s.yaml', 'theirs.yaml']);
  });

  test('--json prints the result', async () => {
    folder.put('old.k8s.yaml', `${MARK}\n---\nkind: Old\n`);
    const run = async () => JSON.parse((await callsign([...shop, '--json', '--out', folder.path])).out) as unknown;
    const files = ['00-namespaces.k8s.yaml', 'shop.k8s.yaml'];
    const result = {
      folder: folder.path,
      releases: [],
      checkProblems: {},
      requirements: [
        expect.objectContaining({ kind: 'version' }),
        expect.objectContaining({ kind: 'network-policies' }),
      ],
    };
    expect(await run()).toEqual({ ...result, written: files, unchanged: [], removed: ['old.k8s.yaml'] });
    expect(await run()).toEqual({ ...result, written: [], unchanged: files, removed: [] });
  });

  test('lists releases in progress before the requirements', async () => {
    const synth = ['synth', '--app', app('in-release.ts'), '--out', folder.path];
    expect((await callsign(synth)).error).toMatch(
      /^Releases in progress:\n {2}Deployment shop\/cart-canary: 25 % of the requests: 1 of 4 copies\nCluster requirements:\n/,
    );
    expect(JSON.parse((await callsign([...synth, '--json'])).out)).toMatchObject({
      releases: [{ object: 'Deployment shop/cart-canary', progress: '25 % of the requests: 1 of 4 copies' }],
    });
  });

  test('says what check finds in addition, and succeeds', async () => {
    const synth = ['--app', app('release.js')];
    const { code, error } = await callsign(['synth', ...synth, '--out', folder.path]);
    expect(code).toBe(0);
    const checked = await callsign(['check', ...synth]);
    const [, summary] = /\n(\d+ problems: .+)\n$/.exec(checked.out)!;
    expect(error).toContain(`\ncallsign check --app ${app('release.js')} finds ${summary}\n`);
    const json = JSON.parse((await callsign(['synth', ...synth, '--json', '--out', folder.path])).out) as object;
    expect(json).toMatchObject({ checkProblems: { 'limit-missing': 1, 'policy-missing': 1 } });
  });

  test('writes to the folder of cdk8s, unless --out is set', async () => {
    const [theirs, ours] = [join(folder.path, 'theirs'), join(folder.path, 'ours')];
    expect((await callsign(shop, { environment: { CDK8S_OUTDIR: theirs } })).code).toBe(0);
    expect(
      (await callsign([...shop, '--out', ours], { environment: { CDK8S_OUTDIR: join(folder.path, 'neither') } })).code,
    ).toBe(0);
    expect(readdirSync(folder.path)).toEqual(['ours', 'theirs']);
  });

  test('reads src/charts/app.ts and writes k8s-out by default, in a new process', () => {
    folder.put('src/charts/app.ts', `export { default } from ${JSON.stringify(join(__dirname, 'apps/shop'))};\n`);
    expect(callsignProcess(['synth'], { cwd: folder.path, env: { CDK8S_OUTDIR: '' } })).toEqual({
      code: 0,
      out: 'wrote k8s-out/00-namespaces.k8s.yaml\nwrote k8s-out/shop.k8s.yaml\nk8s-out contains 12 objects in 2 files\n',
      error: REQUIREMENTS,
    });
    expect(readdirSync(join(folder.path, 'k8s-out'))).toEqual(['00-namespaces.k8s.yaml', 'shop.k8s.yaml']);
  });

  test('reads an app in JavaScript', async () => {
    expect(await callsign(['synth', '--app', app('plain.js'), '--out', folder.path])).toMatchObject({ code: 0 });
    expect(readdirSync(folder.path)).toEqual(['plain.k8s.yaml']);
  });
});

describe('synth writes nothing and exits with 1', () => {
  const out = () => join(folder.path, 'out');

  test('for problems of constructs, and prints all of them', async () => {
    const { code, out: text, error } = await callsign(['synth', '--app', app('broken.ts'), '--out', out()]);
    expect([code, error]).toEqual([1, '']);
    expect(text.replace(/:\d+:\d+ /g, ':LINE ')).toBe(`test/cli/apps/broken.ts:LINE  shop/cart · image  [image-unpinned]
  The image tag is not pinned.
  7 │ new Microservice(shop, 'cart', { image: Image.of('shop/cart'), replicas: -1 });
    │ ^^^
  expected: a tag other than latest, or a digest
  got: "shop/cart"
  fix: Name a release, such as shop/cart:1.2.3.

test/cli/apps/broken.ts:LINE  shop/cart · replicas  [replicas-invalid]
  The number is out of range.
  7 │ new Microservice(shop, 'cart', { image: Image.of('shop/cart'), replicas: -1 });
    │ ^^^
  expected: a whole number, 0 or more
  got: -1
  fix: Write a whole number, 0 or more.

test/cli/apps/broken.ts:LINE  shop/Web  [name-invalid]
  This is not a valid name of a Service.
  8 │ new Microservice(shop, 'Web', { image: Image.of('shop/web:1') });
    │ ^^^
  expected: lower-case letters, digits and dashes; the first is a letter; at most 63
  got: "Web"
  fix: Write a valid name, such as "web": other services call it by this name.

3 problems: 1 image-unpinned, 1 replicas-invalid, 1 name-invalid
`);
    expect(existsSync(out())).toBe(false);
  });

  test('for problems of manifests', async () => {
    const { code, out: text } = await callsign(['synth', '--json', '--app', app('unwired.ts'), '--out', out()]);
    expect(code).toBe(1);
    expect(JSON.parse(text)).toEqual({
      problems: [
        expect.objectContaining({
          code: 'host-unknown',
          got: 'card',
          path: 'shop/web/deployment',
          place: expect.objectContaining({ file: 'test/cli/apps/unwired.ts' }),
        }),
      ],
    });
    expect(existsSync(out())).toBe(false);
  });

  test('if a file of somebody else has the same name', async () => {
    const theirs = folder.put('shop.k8s.yaml', 'kind: Theirs\n');
    expect(await callsign([...shop, '--out', folder.path])).toMatchObject({
      code: 1,
      out: expect.stringContaining('[file-taken]'),
    });
    expect(readdirSync(folder.path)).toEqual(['shop.k8s.yaml']);
    expect(readFileSync(theirs, 'utf8')).toBe('kind: Theirs\n');
  });

  test.each<[string, string, string, number]>([
    ['throws', 'throws.ts', 'no settings', 3],
    ['makes cdk8s throw', 'throws-in-library.ts', "There is already a Construct with name 'same' in Chart [shop]", 4],
  ])('for an app that %s', async (_, file, message, line) => {
    const { code, out: text } = await callsign(['synth', '--json', '--app', app(file), '--out', out()]);
    expect(code).toBe(1);
    expect(JSON.parse(text)).toEqual({
      problems: [
        {
          code: 'synthesis-failed',
          message,
          place: { file: app(file), line },
          fix: `Fix this error in ${app(file)} or in a module that it imports.`,
        },
      ],
    });
    expect(existsSync(out())).toBe(false);
  });

  test.each([
    ['Gateway', /fix: Add the import to \S+app\.js: import { Gateway } from 'callsign-k8s';\n/, 'new Gateway();'],
    ['Chart', /fix: Add the import to \S+app\.js: import { Chart } from 'cdk8s';\n/, 'new Chart();'],
    ['other', /fix: Fix this error in \S+app\.js or in a module that it imports\.\n/, 'other();'],
    ['stock', /fix: Declare stock above this line\.\n/, 'stock.calls();\nconst stock = {};'],
  ])('for an app that uses %s before it is there', async (_name, fix, lines) => {
    folder.put('app.js', `'use strict';\n${lines}\n`);
    const { code, out: text } = await callsign(['synth', '--app', join(folder.path, 'app.js'), '--out', out()]);
    expect([code, text]).toEqual([1, expect.stringMatching(fix)]);
    // The line of the problem is printed too.
    expect(text).toMatch(/^\S+app\.js:2 {2}\[synthesis-failed\]\n/);
    expect(text).toContain(`2 │ ${lines.split('\n')[0]}\n`);
  });

  test('for a microservice outside a chart', async () => {
    expect(await callsign(['synth', '--app', app('no-chart.ts'), '--out', out()])).toMatchObject({
      code: 1,
      out: expect.stringMatching(
        /^test\/cli\/apps\/no-chart\.ts:5:\d+ {2}web {2}\[construct-invalid\]\n {2}The construct is outside any chart\./,
      ),
    });
  });

  test.each<[string, string, string, number]>([
    ['throws something other than an Error', 'throw null;\n', 'null', 1],
    ['cannot be compiled', 'const a = 1;\nconst b = = 2;\n', 'Unexpected "="', 2],
    ['imports a missing module', "const a = 1;\nimport './gone';\nconsole.log(a);\n", "Cannot find module './gone'", 2],
  ])('for an app that %s, in a new process', (_, text, message, line) => {
    const file = folder.put('app.ts', text);
    const ran = callsignProcess(['synth', '--json', '--app', file], { cwd: folder.path });
    expect([ran.code, ran.error]).toEqual([1, '']);
    expect(JSON.parse(ran.out)).toMatchObject({ problems: [{ message, place: { file: 'app.ts', line } }] });
    expect(readdirSync(folder.path)).toEqual(['app.ts']);
  });
});

describe('synth exits with 2', () => {
  test.each<[string, string, RegExp]>([
    ['does not exist', 'gone.ts', /^File not found: FILE\. Set --app to the module whose default export is the app\.$/],
    ['exports nothing', 'exports-nothing.ts', /^FILE does not export an app\. Expected: .* Got: no default export\.$/],
    ['exports something else', 'exports-text.ts', /^FILE does not export an app\. Expected: .* Got: string\.$/],
  ])('for an app that %s', async (_, file, message) => {
    const { code, out, error } = await callsign(['synth', '--app', app(file), '--out', join(folder.path, 'out')]);
    expect([code, out]).toEqual([2, '']);
    expect(error.split('\n')).toEqual([expect.anything(), '']);
    expect(error.split('\n')[0]!.replace('callsign synth: ', '').replace(app(file), 'FILE')).toMatch(message);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('for a folder that is a file', async () => {
    const { code, out, error } = await callsign([...shop, '--out', folder.put('file', '')]);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(/^callsign synth: EEXIST: .*file'\n$/);
  });

  test('for a folder without write permission', async () => {
    // Load all modules first: the user nobody may not be able to read them.
    await callsign([...shop, '--out', join(folder.path, 'before')]);
    chmodSync(folder.path, 0o555);
    const ran = await asNobody(() => callsign([...shop, '--out', join(folder.path, 'out')]));
    chmodSync(folder.path, 0o755);
    expect(ran).toMatchObject({
      code: 2,
      out: '',
      error: expect.stringMatching(/^callsign synth: EACCES: permission denied, /),
    });
  });
});
