import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { callsignProcess, temporaryFolder } from '../../cli/run';
import { useFakeDocker } from './fake-docker';

// Each test runs several processes, and the machine may be busy.
jest.setTimeout(240_000);

const folder = temporaryFolder();
const docker = useFakeDocker();

beforeEach(() => {
  folder.put(
    'app.ts',
    `
    import { Chart } from ${JSON.stringify(require.resolve('cdk8s'))};
    import { defineApp, StaticSite } from ${JSON.stringify(join(__dirname, '../../../src/index'))};
    export default defineApp((app) => {
      new StaticSite(new Chart(app, 'shop', { namespace: 'shop' }), 'page', { folder: 'dist' });
    });
  `,
  );
});

/** Builds a page with its own asset, and runs `callsign images` with the options. Returns the name of the image and the output. */
function release(n: number, ...argv: string[]): { image: string; out: string } {
  rmSync(join(folder.path, 'dist'), { recursive: true, force: true });
  folder.put('dist/index.html', `<title>${n}</title>`);
  folder.put(`dist/assets/a-B${n}xK3d9a.js`, String(n));
  const { code, out } = callsignProcess(['images', ...argv, '--app', 'app.ts'], {
    cwd: folder.path,
    env: { PATH: docker.path },
  });
  expect([code, out]).toEqual([0, expect.stringMatching(/callsign\/page:\w+ {2}built/)]);
  return { image: /^callsign\/page:\w+(?= {2}built)/m.exec(out)![0], out };
}
const assetsOf = (image: string) =>
  [1, 2, 3, 4, 5].filter((n) => existsSync(join(docker.content(image), `site/files/assets/a-B${n}xK3d9a.js`)));

test('an image contains the assets of the previous image on this machine', () => {
  const first = release(1);
  const second = release(2);
  expect([assetsOf(first.image), assetsOf(second.image)]).toEqual([[1], [1, 2]]);
  expect(existsSync(join(docker.content(second.image), 'server.mts'))).toBe(true);
});

test('a push uses the assets of the image that was pushed last, and reports if that image is unavailable', () => {
  release(1, '--push', '--registry', 'registry.example.com/shop');
  release(2);
  expect(assetsOf(release(3, '--push', '--registry', 'registry.example.com/shop').image)).toEqual([1, 3]);
  release(4, '--push', '--registry', 'gone.example.com');
  const { image, out } = release(5, '--push', '--registry', 'gone.example.com');
  expect(out).toMatch(
    /without the assets of earlier releases: gone\.example\.com\/callsign\/page:\w+@sha256:\w+ is unavailable or contains no site/,
  );
  expect(assetsOf(image)).toEqual([5]);
});
