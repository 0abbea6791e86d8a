import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashedPaths } from '../../src/images/source/site';
import { release, useSites } from './site';

const sites = useSites();

interface Table {
  readonly files: Record<string, { type: string; immutable: boolean; size: number; br?: number }>;
  readonly releases: string[][];
}
const tableOf = (site: string) => JSON.parse(readFileSync(join(site, 'site.json'), 'utf8')) as Table;
const assetsOf = (site: string) =>
  Object.keys(tableOf(site).files)
    .filter((path) => path.startsWith('/assets/'))
    .toSorted();
const assets = (...releases: number[]) =>
  releases.flatMap((n) => [`/assets/index-B${n}xK3d9a.js`, `/assets/more-B${n}xK3d9a.js`]).toSorted();

test('an image keeps the assets of earlier releases up to the limit, but no pages and plain files', async () => {
  let site = await sites.image(sites.page({ ...release(1), 'only-in-one.txt': 'x', 'assets/plain.txt': 'x' }), {
    keep: 2,
  });
  for (const n of [2, 3]) site = await sites.image(sites.page(release(n)), { previous: site, keep: 2 });
  expect(assetsOf(site)).toEqual(assets(1, 2, 3));
  expect(Object.keys(tableOf(site).files)).not.toContain('/only-in-one.txt');
  expect(existsSync(join(site, 'br/assets/index-B1xK3d9a.js'))).toBe(true);
  expect(readFileSync(join(site, 'files/index.html'), 'utf8')).toContain('Release 3');
  site = await sites.image(sites.page(release(4)), { previous: site, keep: 2 });
  expect(assetsOf(site)).toEqual(assets(2, 3, 4));
  expect(assetsOf(await sites.image(sites.page(release(5)), { previous: site, keep: 0 }))).toEqual(assets(5));
});

test('the asset of the new release replaces the old one, and an image without a site has no assets', async () => {
  const first = await sites.image(sites.page({ ...release(1), 'assets/same-B0xK3d9a.js': 'old' }));
  const second = await sites.image(sites.page({ ...release(2), 'assets/same-B0xK3d9a.js': 'new' }), {
    previous: first,
  });
  expect(readFileSync(join(second, 'files/assets/same-B0xK3d9a.js'), 'utf8')).toBe('new');
  expect(assetsOf(await sites.image(sites.page(release(1)), { previous: join(first, 'nowhere') }))).toEqual(assets(1));
});

test('only files that become smaller are compressed', async () => {
  const long = 'x'.repeat(5000);
  const { files } = tableOf(
    await sites.image(
      sites.page({
        'index.html': 'short',
        'a.css': long,
        'b.png': long,
        'c.svg': long,
        'd.wasm': long,
        'e.webmanifest': long,
        'f.unknown': long,
      }),
    ),
  );
  expect(
    Object.entries(files)
      .filter(([, { br }]) => br !== undefined)
      .map(([path]) => path),
  ).toEqual(['/a.css', '/c.svg', '/d.wasm', '/e.webmanifest']);
  expect(files['/f.unknown']!.type).toBe('application/octet-stream');
});

test.each([
  ['/assets/index-BfG3kd9a.js', true],
  ['/assets/index-BfG3kd9a.js.map', true],
  ['/assets/deep/x-D_9f-3kd.css', true],
  ['/static/js/main.3f2a1b4c.chunk.js', true],
  ['/assets/chunk-QWERTZUI.js', true],
  ['/static/media/3f2a1b4c9d8e7f6a5b4c.png', true],
  ['/assets/app-4b3c2d1e0f9a8b7c.css', true],
  ['/assets/logo.svg', false],
  ['/assets/hero-background.png', false],
  ['/assets/my-Settings.js', false],
  ['/assets/report-20240101.pdf', false],
  ['/assets/img-1024x768.png', false],
  ['/assets/jquery-3.7.1.min.js', false],
  ['/assets/x-my-names.js', false],
  ['/other/index-BfG3kd9a.js', false],
  ['/index-BfG3kd9a.js', false],
  ['/assetsx/index-BfG3kd9a.js', false],
])('the name of %s changes with its content: %s', (path, is) => {
  expect(new RegExp(hashedPaths(['assets', 'static/'])).test(path)).toBe(is);
});

test('the whole page or no folder can be assets', () => {
  expect(new RegExp(hashedPaths(['/'])).test('/index-BfG3kd9a.js')).toBe(true);
  expect(new RegExp(hashedPaths(['/'])).test('/index.html')).toBe(false);
  expect(new RegExp(hashedPaths([])).test('/assets/index-BfG3kd9a.js')).toBe(false);
});
