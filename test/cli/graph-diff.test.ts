import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { allowCall, app, denyAll, object } from '../connectivity/manifests';
import { callsign, callsignProcess, temporaryFolder } from './run';

const folder = temporaryFolder();
const shop = [app('web', { env: { CART_URL: 'http://cart' } }), app('cart'), denyAll()].join('---\n');
const open = `${shop}---\n${allowCall('web', 'cart')}`;
const OPENED = `Calls inside the cluster
  opened   shop/web → shop/cart:8080  (the manifests contain this call)

1 opened
`;
const SAME = 'no difference: the same calls are possible before and after\n';

const home = process.cwd();
beforeEach(() => process.chdir(folder.path));
afterEach(() => process.chdir(home));

const run = (...argv: string[]) => callsign(['graph', ...argv]);
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder.path });
function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'a');
}

describe('two folders', () => {
  test('differ', async () => {
    folder.put('old/a.yaml', shop);
    folder.put('new/a.yaml', open);
    expect(await run('--diff', 'old', 'new')).toEqual({ code: 1, out: OPENED, error: '' });
    expect(await run('--diff', 'new/a.yaml', 'old/a.yaml')).toMatchObject({
      code: 1,
      out: expect.stringContaining('closed   shop/web → shop/cart:8080  (the manifests still contain this call)'),
    });
  });

  test('with moved and renamed files are equal', async () => {
    const [first = '', ...rest] = open.split('---\n');
    folder.put('old/a.yaml', open);
    folder.put('new/sub/b.yaml', rest.toReversed().join('---\n'));
    folder.put('new/c.yaml', first);
    expect(await run('--diff', 'old', 'new')).toEqual({ code: 0, out: SAME, error: '' });
  });

  test('and standard input', () => {
    const old = folder.put('old/a.yaml', shop);
    const argv = ['graph', '--diff', old, '-'];
    expect(callsignProcess(argv, { cwd: folder.path, input: open })).toEqual({ code: 1, out: OPENED, error: '' });
    expect(callsignProcess(['graph', '--diff', '-', old], { cwd: folder.path, input: open }).code).toBe(1);
  });

  test('as a table and a picture for a pull request', async () => {
    folder.put('old/a.yaml', shop);
    folder.put('new/a.yaml', open);
    expect((await run('--diff', 'old', 'new', '--format', 'markdown')).out).toBe(`### Connectivity: 1 opened

#### Calls inside the cluster

| change | from | to | note |
| --- | --- | --- | --- |
| **opened** | \`shop/web\` | \`shop/cart:8080\` | the manifests contain this call |

\`\`\`mermaid
flowchart LR
  subgraph ns1["shop"]
    n0["web"]
    n1["cart"]
  end
  n0 ==>|"opened 8080"| n1
\`\`\`
`);
    expect(await run('--diff', 'new', 'new', '--format', 'markdown')).toEqual({
      code: 0,
      out: '### Connectivity: no difference\n\nThe same calls are possible before and after.\n',
      error: '',
    });
    expect((await run('--diff', 'old', 'new', '--format', 'dot')).out).toMatch(
      /"shop\/web" -> "shop\/cart".*"#2f855a"/,
    );
    expect(await run('--diff', 'old', 'new', '--format', 'svg')).toMatchObject({
      code: 1,
      out: expect.stringContaining('opened 8080'),
    });
  });

  test('as JSON', async () => {
    folder.put('old/a.yaml', shop);
    folder.put('new/a.yaml', open);
    const { code, out } = await run('--diff', 'old', 'new', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      opened: 1,
      closed: 0,
      added: 0,
      removed: 0,
      changes: [
        {
          change: 'opened',
          about: 'call',
          from: { id: 'shop/web', name: 'web', namespace: 'shop', kind: 'microservice' },
          to: { id: 'shop/cart', name: 'cart', namespace: 'shop', kind: 'microservice' },
          port: '8080',
          note: 'the manifests contain this call',
        },
      ],
    });
  });

  test('with many differences stay small enough for a comment', async () => {
    const apps = Array.from({ length: 100 }, (_, i) => app(`app-${i}`)).join('---\n');
    folder.put('old/a.yaml', shop);
    folder.put('new/a.yaml', `${shop}---\n${apps.replaceAll('"shop"', '"other"')}`);
    const { out } = await run('--diff', 'old', 'new', '--format', 'markdown');
    expect(out.length).toBeLessThan(60_000);
    expect(out).toMatch(/\nAnd \d+ more differences: `callsign graph --diff` lists all\.\n/);
    expect(out).not.toContain('mermaid');
  });
});

describe('a revision of git', () => {
  beforeEach(() => {
    git('init', '--quiet', '--initial-branch', 'main');
    folder.put('k8s-out/a.yaml', shop);
    folder.put('README.md', 'a');
    commit();
  });

  test('and the default folder', async () => {
    expect(await run('--diff', 'main')).toEqual({ code: 0, out: SAME, error: '' });
    folder.put('k8s-out/a.yaml', open);
    expect(await run('--diff', 'HEAD')).toEqual({ code: 1, out: OPENED, error: '' });
    commit();
    expect(await run('--diff', 'HEAD')).toMatchObject({ code: 0 });
    expect(await run('--diff', 'HEAD~1')).toEqual({ code: 1, out: OPENED, error: '' });
  });

  test('and renamed files', async () => {
    renameSync(join(folder.path, 'k8s-out/a.yaml'), join(folder.path, 'k8s-out/b.yaml'));
    expect(await run('--diff', 'main')).toEqual({ code: 0, out: SAME, error: '' });
  });

  test('and named paths, from a folder below', async () => {
    folder.put('other/a.yaml', shop);
    folder.put('deep/er/x.txt', '');
    commit();
    folder.put('other/a.yaml', open);
    expect(await run('--diff', 'main', 'k8s-out')).toMatchObject({ code: 0 });
    expect(await run('--diff', 'main', 'other')).toEqual({ code: 1, out: OPENED, error: '' });
    expect(await run('--diff', 'main', 'other/a.yaml')).toEqual({ code: 1, out: OPENED, error: '' });
    expect(await run('--diff', 'main', join(folder.path, 'other'))).toMatchObject({ code: 1, out: OPENED });
    process.chdir(join(folder.path, 'deep/er'));
    expect(await run('--diff', 'main', '../../other')).toEqual({ code: 1, out: OPENED, error: '' });
  });

  test('and a folder that is new, gone, or nowhere', async () => {
    folder.put('other/a.yaml', open);
    expect(await run('--diff', 'main', 'other')).toMatchObject({
      code: 1,
      out: expect.stringContaining('opened   shop/web → shop/cart:8080'),
      error: 'main does not contain other: everything there is new\n',
    });
    rmSync(join(folder.path, 'k8s-out'), { recursive: true });
    folder.put('k8s-out/a.yaml', open);
    commit();
    rmSync(join(folder.path, 'k8s-out'), { recursive: true });
    expect(await run('--diff', 'main')).toMatchObject({ code: 1, out: expect.stringContaining('closed   shop/web') });
    expect(await run('--diff', 'main', 'nowhere')).toEqual({
      code: 2,
      out: '',
      error: expect.stringContaining('nowhere is neither in main nor in the working tree.'),
    });
  });

  test('reads links as the working tree does', async () => {
    folder.put('base/a.yaml', open);
    mkdirSync(join(folder.path, 'k8s'));
    symlinkSync('../base/a.yaml', join(folder.path, 'k8s/a.yaml'));
    symlinkSync('../gone.yaml', join(folder.path, 'k8s/b.yaml'));
    commit();
    expect(await run('--diff', 'main', 'k8s')).toEqual({ code: 0, out: SAME, error: '' });
    folder.put('base/a.yaml', shop);
    expect(await run('--diff', 'main', 'k8s')).toMatchObject({
      code: 1,
      out: expect.stringContaining('closed   shop/web'),
    });
  });

  test('skips folders that must be rendered first, on both sides', async () => {
    folder.put('all/plain.yaml', shop);
    folder.put('all/chart/Chart.yaml', 'name: a');
    folder.put('all/chart/templates/a.yaml', '{{ broken');
    commit();
    const { code, out, error } = await run('--diff', 'main', 'all');
    expect([code, out]).toEqual([0, SAME]);
    expect(error).toBe(
      [
        'skipped main:all/chart, because it has to be rendered first: helm template all/chart | callsign check -',
        'skipped all/chart, because it has to be rendered first: helm template all/chart | callsign check -',
        '',
      ].join('\n'),
    );
  });

  test('that does not exist', async () => {
    expect(await run('--diff', 'mian')).toEqual({
      code: 2,
      out: '',
      error:
        'callsign graph: Unknown revision: "mian". Expected: a branch, a tag or a commit of this repository, or an existing file or folder.\n',
    });
    expect(await run('--diff=--all')).toMatchObject({ code: 2, out: '', error: expect.stringContaining('"--all"') });
  });

  test('that a shallow clone does not have', async () => {
    folder.put('b', '');
    commit();
    git('clone', '--quiet', '--depth', '1', `file://${folder.path}`, 'shallow');
    process.chdir(join(folder.path, 'shallow'));
    const { code, error } = await run('--diff', 'HEAD~1');
    expect(code).toBe(2);
    expect(error).toContain('This clone is shallow');
  });

  test('with the name of a folder', async () => {
    git('branch', 'old');
    folder.put('old/a.yaml', open);
    expect(await run('--diff', 'old', 'k8s-out')).toMatchObject({
      code: 2,
      error: expect.stringContaining('Write ./old for the path, or refs/heads/old for the branch.'),
    });
    expect(await run('--diff', './old', 'k8s-out')).toMatchObject({ code: 1 });
    expect(await run('--diff', 'refs/heads/old', 'k8s-out')).toMatchObject({ code: 0 });
  });

  test('and standard input exclude each other', async () => {
    expect(await run('--diff', 'main', '-')).toMatchObject({
      code: 2,
      error: expect.stringContaining('Standard input has no earlier revision.'),
    });
  });

  test('a file that cannot be read is a problem, and not a closed call', async () => {
    folder.put('k8s-out/a.yaml', 'a: [');
    expect(await run('--diff', 'main')).toMatchObject({ code: 1, out: expect.stringContaining('[yaml-invalid]') });
    commit();
    folder.put('k8s-out/a.yaml', open);
    expect((await run('--diff', 'main')).out).toMatch(/^main:k8s-out\/a\.yaml:1.*\[yaml-invalid\]/);
  });
});

test('outside a repository, a revision is unknown', async () => {
  const { status } = spawnSync('git', ['rev-parse'], { cwd: folder.path });
  expect(status).not.toBe(0);
  expect(await run('--diff', 'main')).toMatchObject({
    code: 2,
    out: '',
    error: expect.stringContaining(
      '"main" is no file or folder, and git finds no repository here: fatal: not a git repository',
    ),
  });
});

test('graph draws manifests', async () => {
  folder.put('a.yaml', open);
  expect(await run('.')).toEqual({
    code: 0,
    out: 'flowchart LR\n  subgraph ns1["shop"]\n    n0["web"]\n    n1["cart"]\n  end\n  n0 --> n1\n',
    error: '',
  });
  expect(JSON.parse((await run('--json', 'a.yaml')).out)).toMatchObject({
    edges: [{ from: 'shop/web', to: 'shop/cart' }],
  });
  expect(await run('a.yaml', '--format', 'markdown')).toMatchObject({
    code: 2,
    error: expect.stringContaining('--format markdown needs --diff.'),
  });
  folder.put('b.yaml', object('Pod', 'v1', 'a"b', undefined, { containers: [] }));
  expect((await run('b.yaml')).out).toContain('["a#quot;b"]');
});

test('a folder with the name of a kustomization is only a folder', async () => {
  folder.put('all/Kustomization/a.yaml', open);
  expect(await run('all')).toMatchObject({ code: 0, out: expect.stringContaining('n0 -') });
});
