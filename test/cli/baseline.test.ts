import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsign, temporaryFolder } from './run';

const folder = temporaryFolder();
const pod = (name: string, ...images: string[]) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n${images.map((image, i) => `    - name: c${i}\n      image: ${image}\n`).join('')}`;
const baseline = () => join(folder.path, 'baseline.json');

test('records the problems of today, and reports only new ones', async () => {
  const old = folder.put('old.yaml', pod('web', 'a', 'b'));
  expect(await callsign(['check', old, '--write-baseline', baseline()])).toEqual({
    code: 0,
    out: `wrote ${baseline()} with 2 problems\n`,
    error: '',
  });
  expect(readFileSync(baseline(), 'utf8')).toBe(`{
  "version": 1,
  "problems": [
    {"code":"image-unpinned","object":"Pod web","field":"spec.containers[c0].image"},
    {"code":"image-unpinned","object":"Pod web","field":"spec.containers[c1].image"}
  ]
}
`);
  expect(await callsign(['check', old, '--baseline', baseline()])).toEqual({
    code: 0,
    out: '1 object, no new problems\n2 problems of the baseline not shown\n',
    error: '',
  });
  const added = folder.put('new.yaml', pod('cart', 'a'));
  const { code, out } = await callsign(['check', old, added, '--baseline', baseline()]);
  expect(code).toBe(1);
  expect(out).toMatch(
    /^\S+new\.yaml:7:14 {2}Pod cart [^]*\n1 new problem: 1 image-unpinned\n2 problems of the baseline not shown\n$/,
  );
  expect(out).not.toContain('old.yaml');
});

test('does not depend on lines, on the names of files, or on the order of containers', async () => {
  await callsign(['check', folder.put('old.yaml', pod('web', 'a', 'b')), '--write-baseline', baseline()]);
  const [head, ...containers] = pod('web', 'a', 'b').split(/^(?= {4}- )/m);
  const moved = folder.put('sub/moved.yaml', `# A comment.\n\n${head}${containers.toReversed().join('')}`);
  expect(await callsign(['check', moved, '--baseline', baseline()])).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 problems of the baseline not shown\n'),
  });
});

test('says which problems are fixed', async () => {
  const file = folder.put('a.yaml', pod('web', 'a', 'b', 'c', 'd'));
  await callsign(['check', file, '--write-baseline', baseline()]);
  writeFileSync(file, pod('web', 'a:1', 'b:1', 'c:1', 'd'));
  expect(await callsign(['check', file, '--baseline', baseline()])).toEqual({
    code: 0,
    out: `1 object, no new problems\n1 problem of the baseline not shown\n3 problems of the baseline are fixed: update it with --write-baseline ${baseline()}\n`,
    error: '',
  });
  const { out } = await callsign(['check', file, '--baseline', baseline(), '--json']);
  expect(JSON.parse(out)).toMatchObject({
    problems: [],
    baseline: {
      known: 1,
      fixed: ['c0', 'c1', 'c2'].map((name) => ({
        code: 'image-unpinned',
        object: 'Pod web',
        field: `spec.containers[${name}].image`,
      })),
    },
  });
});

test('counts equal problems of objects that are in several files', async () => {
  const [a, b] = ['a.yaml', 'b.yaml'].map((name) => folder.put(name, pod('web', 'a'))) as [string, string];
  await callsign(['check', a, '--write-baseline', baseline()]);
  expect(await callsign(['check', a, b, '--baseline', baseline()])).toMatchObject({
    code: 1,
    out: expect.stringContaining('1 new problem: 1 image-unpinned\n1 problem of the baseline not shown\n'),
  });
  await callsign(['check', a, b, '--write-baseline', baseline()]);
  expect(readFileSync(baseline(), 'utf8')).toContain('"count":2');
  expect(await callsign(['check', a, '--baseline', baseline()])).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 problem of the baseline is fixed:'),
  });
});

test('problems of rules that did not run are not fixed', async () => {
  const exception = '[{"container":"web","runAs":"root","reason":"It starts as root."}]';
  const annotated = pod('web', 'a:1').replace(
    'metadata: { ',
    `metadata: { annotations: { callsign.dev/exceptions: '${exception}' }, `,
  );
  const file = folder.put('a.yaml', annotated);
  await callsign(['check', file, '--profile', 'hardened', '--write-baseline', baseline()]);
  expect(readFileSync(baseline(), 'utf8')).toContain('exception-declared');
  expect(await callsign(['check', file, '--baseline', baseline()])).toEqual({
    code: 0,
    out: '1 object, no new problems\n',
    error: '',
  });
});

test('a file that cannot be read belongs to the baseline by its name', async () => {
  const file = folder.put('a.yaml', 'a: [');
  await callsign(['check', file, '--write-baseline', baseline()]);
  expect(await callsign(['check', file, '--baseline', baseline()])).toMatchObject({ code: 0 });
  const other = folder.put('b.yaml', 'a: [');
  expect(await callsign(['check', other, '--baseline', baseline()])).toMatchObject({ code: 1 });
});

test.each([
  ['nothing', undefined, 'cannot be read'],
  ['no JSON', '{', 'is not JSON'],
  ['another version', '{"version": 2, "problems": []}', 'is no baseline of this version'],
  ['a list', '[]', 'is no baseline of this version'],
  ['null', 'null', 'is no baseline of this version'],
  ['a problem without a code', '{"version": 1, "problems": [{}]}', 'is no baseline of this version'],
  ['a wrong count', '{"version": 1, "problems": [{"code": "a", "count": 0}]}', 'is no baseline of this version'],
])('a baseline with %s is refused', async (_, text, message) => {
  if (text !== undefined) writeFileSync(baseline(), text);
  const file = folder.put('a.yaml', pod('web', 'a:1'));
  const { code, out, error } = await callsign(['check', file, '--baseline', baseline()]);
  expect([code, out]).toEqual([2, '']);
  expect(error).toContain(message);
  expect(error).toContain(`callsign check --write-baseline ${baseline()}`);
});

test('reading and writing a baseline exclude each other', async () => {
  const argv = ['check', folder.put('a.yaml', pod('web', 'a')), '--baseline', 'a', '--write-baseline', 'a'];
  expect(await callsign(argv)).toMatchObject({ code: 2, error: expect.stringContaining('exclude each other') });
});

test('writing a baseline prints nothing for programs', async () => {
  const file = folder.put('a.yaml', pod('web', 'a'));
  expect(await callsign(['check', file, '--write-baseline', baseline(), '--json'])).toEqual({
    code: 0,
    out: '',
    error: `wrote ${baseline()} with 1 problem\n`,
  });
});
