import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { asNobody } from '../synth/as-nobody';
import { app, callsign, callsignProcess, temporaryFolder } from './run';

const folder = temporaryFolder();
const POD = (name: string, image = 'shop/web:1') => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`;
const sound = (name: string) => folder.put(name, POD('sound'));
const broken = (name: string) => folder.put(name, POD('broken', 'shop/web'));
/** The places of the problems, without the folder. */
const places = (out: string) => [...out.matchAll(/^(\S+):(\d+):\d+ /gm)].map(([, file, line]) => `${file!.replace(`${folder.path}/`, '')}:${line}`);

describe('check ends with 0', () => {
  test('where there are no problems, and says how much it looked at', async () => {
    sound('a.yaml');
    expect(await callsign(['check', folder.path])).toEqual({ code: 0, out: '1 object, no problems\n', error: '' });
    folder.put('values.yaml', 'replicas: 3\n---\nmore: true\n');
    folder.put('z.yaml', 'even: more\n');
    expect(await callsign(['check', folder.path])).toEqual({ code: 0, out: '1 object, no problems; passed over 3 documents of no Kubernetes kind\n', error: '' });
  });

  test('and tells a program', async () => {
    expect(JSON.parse((await callsign(['check', '--json', sound('a.yaml')])).out)).toEqual({ objects: 1, passedOver: 0, problems: [] });
  });

  test('for the charts, where nothing is named', async () => {
    expect(await callsign(['check', '--app', app('shop.ts')])).toEqual({ code: 0, out: '12 objects, no problems\n', error: '' });
  });
});

describe('check ends with 1', () => {
  test('where there are problems, and tells each with its file and line', async () => {
    const file = broken('a.yaml');
    expect(await callsign(['check', file])).toEqual({
      code: 1, error: '', out: `${file}:7:14  Pod broken · spec.containers[0].image  [image-unpinned]
  The image of "web" means something else after the next push.
  expected: a tag other than latest, or a digest
  got: "shop/web"
  mend: Name a release, such as shop/web:1.2.3.

1 problem: 1 image-unpinned
`,
    });
  });

  test('and tells a program', async () => {
    const file = broken('a.yaml');
    const { code, out } = await callsign(['check', file, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      objects: 1, passedOver: 0, problems: [expect.objectContaining({ code: 'image-unpinned', object: 'Pod broken', field: 'spec.containers[0].image', place: { file, line: 7, column: 14 } })],
    });
  });

  test('for YAML that cannot be read, and tells what is wrong beside it', async () => {
    folder.put('a.yaml', 'a: [\n');
    broken('b.yaml');
    const { code, out } = await callsign(['check', folder.path]);
    expect([code, places(out)]).toEqual([1, ['a.yaml:2', 'b.yaml:7']]);
    expect(out.endsWith('\n\n2 problems: 1 yaml-invalid, 1 image-unpinned\n')).toBe(true);
  });

  test('for charts that have problems', async () => {
    expect(await callsign(['check', '--app', app('broken.ts')])).toMatchObject({ code: 1, out: expect.stringMatching(/\n3 problems: /) });
    expect(await callsign(['check', '--app', app('unwired.ts')])).toMatchObject({ code: 1, out: expect.stringMatching(/^test\/cli\/apps\/unwired\.ts:8:\d+ {2}shop\/web\/deployment · Deployment web · [^\n]*\[host-unknown\]\n/) });
  });

  test('and paints for a person only', async () => {
    const file = broken('a.yaml');
    const painted = (await callsign(['check', file], { terminal: true })).out;
    expect(painted).toContain(`\u001b[1m${file}:7:14  Pod broken · spec.containers[0].image  [image-unpinned]\u001b[22m\n`);
    expect(painted).toContain('\n\u001b[36m  got:\u001b[39m "shop/web"\n');
    expect((await callsign(['check', file], { terminal: false })).out).not.toContain('\u001b');
    expect((await callsign(['check', file, '--json'], { terminal: true })).out).not.toContain('\u001b');
  });
});

describe('check reads', () => {
  test('the YAML and JSON below folders, in the order of their names', async () => {
    for (const [i, name] of ['b.yaml', 'a.yml', 'deep/er/c.json', 'z.yaml'].entries()) folder.put(name, POD(`pod-${i}`, 'shop/web'));
    for (const name of ['notes.txt', '.hidden.yaml', '.git/a.yaml', 'node_modules/a.yaml', 'deep/node_modules/a.yaml', 'yaml', 'a.yaml.bak']) broken(name);
    expect(places((await callsign(['check', folder.path])).out)).toEqual(['a.yml:7', 'b.yaml:7', 'deep/er/c.json:7', 'z.yaml:7']);
  });

  test('a file that is named, whatever its ending', async () => {
    expect(places((await callsign(['check', broken('.hidden')])).out)).toEqual(['.hidden:7']);
  });

  test('several paths as one world', async () => {
    const service = folder.put('service.yaml', 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n');
    const pod = folder.put('pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, labels: { app: web } }\nspec: { containers: [{ name: web, image: "shop/web:1" }] }\n');
    expect((await callsign(['check', service])).code).toBe(1);
    expect(await callsign(['check', service, pod])).toEqual({ code: 0, out: '2 objects, no problems\n', error: '' });
  });

  test('each file once, however often it is named or linked to', async () => {
    const file = broken('a/one.yaml');
    symlinkSync('one.yaml', join(folder.path, 'a/two.yaml'));
    symlinkSync('a', join(folder.path, 'b'));
    expect(places((await callsign(['check', folder.path, join(folder.path, 'a'), file])).out)).toEqual(['a/one.yaml:7']);
  });

  test('links that lead in a circle, or nowhere, without losing its way', async () => {
    broken('a/one.yaml');
    for (const name of ['up', 'again', 'and-again']) symlinkSync('..', join(folder.path, 'a', name));
    symlinkSync('self.yaml', join(folder.path, 'a/self.yaml'));
    symlinkSync('gone.yaml', join(folder.path, 'a/lost.yaml'));
    expect(places((await callsign(['check', folder.path])).out)).toEqual(['a/one.yaml:7']);
  });

  test('files only: a pipe in a folder would never end', async () => {
    sound('a.yaml');
    execFileSync('mkfifo', [join(folder.path, 'b.yaml')]);
    expect(await callsign(['check', folder.path])).toMatchObject({ code: 0, out: '1 object, no problems\n' });
  });

  test('standard input for -', () => {
    expect(callsignProcess(['check', '-'], { input: POD('sound') })).toEqual({ code: 0, out: '1 object, no problems\n', error: '' });
    expect(callsignProcess(['check', '-'], { input: POD('broken', 'shop/web') })).toMatchObject({ code: 1, out: expect.stringMatching(/^standard input:7:14 {2}Pod broken/), error: '' });
  });

  test('standard input beside files, from a pipe that takes its time', () => {
    const bin = join(__dirname, '../../bin/callsign.js');
    const out = execFileSync('sh', ['-c', '(sleep 0.3; cat "$2") | "$0" "$1" check - "$3"', process.execPath, bin, sound('a.yaml'), folder.put('b.yaml', POD('other'))], { encoding: 'utf8' });
    expect(out).toBe('2 objects, no problems\n');
  });
});

describe('check ends with 2', () => {
  test('for a path that is not there', async () => {
    const { code, out, error } = await callsign(['check', sound('a.yaml'), join(folder.path, 'gone.yaml')]);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(/^callsign check: \S+gone\.yaml cannot be read: ENOENT: no such file or directory, .*\n\ncallsign check \[PATH…\]/);
  });

  test('for a folder without YAML', async () => {
    folder.put('notes.txt', 'hello');
    expect((await callsign(['check', folder.path])).error.split('\n')[0]).toBe(`callsign check: ${folder.path} holds no YAML. Expected: a file, or a folder with .yaml, .yml or .json files.`);
  });

  test.each(['a.yaml', 'below'])('for %s that it may not read', async (name) => {
    sound('a.yaml');
    sound('below/b.yaml');
    chmodSync(folder.path, 0o755);
    chmodSync(join(folder.path, name), 0o000);
    const { code, out, error } = await asNobody(() => callsign(['check', folder.path]));
    chmodSync(join(folder.path, name), 0o755);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(new RegExp(`^callsign check: EACCES: permission denied, \\w+ '\\S+/${name}'\n$`));
  });

  test('for an app that is not there', async () => {
    expect(await callsign(['check', '--app', 'gone.ts'])).toMatchObject({ code: 2, error: expect.stringMatching(/^callsign check: There is no gone\.ts\./) });
  });
});

test('the manifests of this repository are in order', async () => {
  expect(readFileSync('k8s-out/00-namespaces.k8s.yaml', 'utf8')).toContain('kind: Namespace');
  expect(await callsign(['check', 'k8s-out'])).toMatchObject({ code: 0, error: '' });
});
