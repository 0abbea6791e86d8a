import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Image } from '../../src/index';

const digest = `sha256:${'0'.repeat(64)}`;

test.each([
  'postgres:17',
  'ghcr.io/shop/cart:1.2.3',
  'localhost:5000/cart:1',
  `shop/cart@${digest}`,
  `shop/cart:latest@${digest}`,
])('%s is pinned', (reference) => {
  expect(Image.of(reference)).toMatchObject({ reference, valid: true, pinned: true });
});
test.each(['postgres', 'postgres:latest', 'localhost:5000/cart', 'ghcr.io/shop/cart'])(
  '%s is not pinned',
  (reference) => {
    expect(Image.of(reference)).toMatchObject({ valid: true, pinned: false });
  },
);
test.each(['', 'shop cart:1', 'shop/cart:', ':1', 'cart@sha256:12', 'http://shop/cart:1', 'cart:1:2'])(
  '%s is not a valid reference',
  (reference) => {
    expect(Image.of(reference).valid).toBe(false);
  },
);

test.each([
  ['callsign/cart:1', 'registry.example.com/shop/callsign/cart:1'],
  ['cart:1', 'registry.example.com/shop/cart:1'],
  ['ghcr.io/shop/cart:1', 'ghcr.io/shop/cart:1'],
  ['localhost/cart:1', 'localhost/cart:1'],
  ['registry:5000/cart:1', 'registry:5000/cart:1'],
])('%s in a registry is %s', (reference, there) => {
  expect(Image.of(reference).from('registry.example.com/shop').reference).toBe(there);
  expect(Image.of(reference).from(undefined).reference).toBe(reference);
  expect(Image.of(reference).at(digest)).toMatchObject({
    reference: `${reference}@${digest}`,
    valid: true,
    pinned: true,
    byDigest: true,
  });
});

describe('the image of a service', () => {
  let folder: string;
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const tag = (name: string) => Image.service(name, { folder }).reference;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'callsign-image-'));
    write('package.json', '{}');
    write('.dockerignore', '# notes\n**/node_modules\n**/*.md\ncart/log?.txt\n!cart/KEPT.md\n');
    write('common/server.ts', 'server');
    for (const name of ['cart', 'till']) {
      write(`${name}/main.ts`, name);
      write(
        `${name}/Dockerfile`,
        `FROM node AS build\nCOPY package.json ./\nFROM node\nCOPY --from=build /app ./\nCOPY common \\\n  ./common\nCOPY --chown=1000 ${name} ./${name}\n`,
      );
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('the tag is stable while nothing changes', () => {
    expect(tag('cart')).toMatch(/^callsign\/cart:[0-9a-f]{12}$/);
    expect(tag('cart')).toBe(tag('cart'));
    expect(Image.service('cart', { folder, repository: 'registry.example.com/cart' }).reference).toBe(
      tag('cart').replace('callsign/cart', 'registry.example.com/cart'),
    );
  });

  test.each([
    ['a file of the service', 'cart/main.ts', ['cart']],
    ['a new file of the service', 'cart/deep/new.ts', ['cart']],
    ['the Dockerfile of the service', 'cart/Dockerfile', ['cart']],
    ['a common file', 'common/server.ts', ['cart', 'till']],
    ['the dependencies', 'package.json', ['cart', 'till']],
    ['a file that no Dockerfile names', 'notes.md', []],
    ['installed packages', 'cart/node_modules/x/index.js', []],
    ['a file that .dockerignore excludes by its extension', 'cart/deep/README.md', []],
    ['a file that .dockerignore excludes by its name', 'cart/log1.txt', []],
    ['a file that .dockerignore includes again', 'cart/KEPT.md', ['cart']],
    ['a file with a name similar to an excluded one', 'cart/logs.text', ['cart']],
  ])('%s changes only the tags of images that are built from it', (_what, path, changed) => {
    const before = ['cart', 'till'].map(tag);
    write(path, `FROM node\nCOPY common ./\nCOPY cart ./cart\n# changed`);
    const after = ['cart', 'till'].map(tag);
    expect(['cart', 'till'].filter((_, i) => before[i] !== after[i])).toEqual(changed);
  });

  test('the stage of the target changes the tag, and its source', () => {
    write('cart/Dockerfile', 'FROM node AS run\nCOPY cart ./\nFROM run AS debug\nCOPY common ./\n');
    const of = (target?: string) => Image.service('cart', { folder, ...(target && { target }) });
    expect(of('run').reference).not.toBe(of().reference);
    expect(of('run').reference).not.toBe(of('debug').reference);
    expect(of('run').source).toMatchObject({ target: 'run' });
    expect(of().source).not.toHaveProperty('target');
  });

  test('a pattern in a COPY line includes all files that match', () => {
    const pattern = (line: string) => {
      write('cart/Dockerfile', `FROM node\n${line}\n`);
      return (path: string) => {
        const before = tag('cart');
        write(path, `more ${path}`);
        return tag('cart') !== before;
      };
    };
    const changes = pattern('COPY package*.json ./common/*.ts ./');
    expect(['package-lock.json', 'common/new.ts', 'common/new.js', 'other.json'].map(changes)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('a .dockerignore of hidden files does not exclude the whole context', () => {
    write('.dockerignore', '.*\n');
    write('cart/Dockerfile', 'FROM node\nCOPY . ./\n');
    const all = () => Image.service('cart', { folder, dockerfile: 'cart/Dockerfile' }).reference;
    const before = all();
    write('.env', 'SECRET=1');
    expect(all()).toBe(before);
    write('till/main.ts', 'changed');
    expect(all()).not.toBe(before);
  });

  test('the tag changes if text moves from one file to another', () => {
    const before = tag('cart');
    write('cart/main.ts', '');
    write('cart/main2.ts', 'cart');
    expect(tag('cart')).not.toBe(before);
  });

  describe('the build context', () => {
    const contextOf = (name: string) => Image.service(name, { folder }).source?.context;

    test.each([
      ['a file next to it', 'COPY main.ts ./'],
      ['its whole folder', 'COPY package*.json ./\nRUN npm ci\nCOPY . .'],
      ['a file that a build writes later', 'COPY dist ./'],
      ['nothing', 'RUN true'],
    ])('is the folder of the service if its Dockerfile copies %s', (_what, lines) => {
      write('cart/Dockerfile', `FROM node\n${lines}\n`);
      expect(contextOf('cart')).toBe(join(folder, 'cart'));
    });

    test.each([
      ['its folder by its name', 'COPY cart ./'],
      ['a folder that services share', 'COPY common ./common\nCOPY cart/main.ts ./'],
      ['a file of a folder that services share', 'COPY common/*.ts ./'],
      ['its folder, and what a build writes there later', 'COPY cart/dist ./'],
      ['more from there than from its own folder', 'COPY main.ts ./\nCOPY cart ./\nCOPY common ./'],
    ])('is the folder of all services if its Dockerfile copies %s', (_what, lines) => {
      write('cart/Dockerfile', `FROM node\n${lines}\n`);
      expect(contextOf('cart')).toBe(folder);
    });

    test('is the folder of the options if they name the Dockerfile', () => {
      write('cart/Dockerfile', 'FROM node\nCOPY main.ts ./\n');
      expect(Image.service('cart', { folder, dockerfile: 'cart/Dockerfile' }).source?.context).toBe(folder);
    });

    test('gives a tag of its files only', () => {
      write('cart/Dockerfile', 'FROM node\nCOPY . .\n');
      const before = tag('cart');
      write('till/main.ts', 'changed');
      expect(tag('cart')).toBe(before);
      write('cart/main.ts', 'changed');
      expect(tag('cart')).not.toBe(before);
    });
  });

  describe('without its own Dockerfile', () => {
    beforeEach(() => {
      for (const name of ['cart', 'till']) rmSync(join(folder, name, 'Dockerfile'));
      write('Dockerfile', 'FROM node\nARG SERVICE\nCOPY common ./common\nCOPY ${SERVICE} ./${SERVICE}\n');
    });

    test('it is built from that of all services, with its name', () => {
      const { source } = Image.service('cart', { folder });
      expect(source).toEqual({
        context: folder,
        dockerfile: join(folder, 'Dockerfile'),
        args: { SERVICE: 'cart' },
        found: true,
      });
    });

    test.each([
      ['cart/main.ts', ['cart']],
      ['common/server.ts', ['cart', 'till']],
      ['Dockerfile', ['cart', 'till']],
      ['notes.md', []],
    ])('%s changes only the tags of %j', (path, changed) => {
      const before = ['cart', 'till'].map(tag);
      write(path, 'FROM node\nARG SERVICE\nCOPY common ./common\nCOPY $SERVICE ./$SERVICE\n# changed');
      const after = ['cart', 'till'].map(tag);
      expect(['cart', 'till'].filter((_, i) => before[i] !== after[i])).toEqual(changed);
    });

    test('without a Dockerfile of all services either, its own Dockerfile is missing', () => {
      rmSync(join(folder, 'Dockerfile'));
      const { source } = Image.service('cart', { folder });
      expect(source).toEqual({ context: folder, dockerfile: join(folder, 'cart/Dockerfile'), found: false });
    });

    test('a name without a folder has no source', () => {
      expect(Image.service('crat', { folder }).source).toMatchObject({ found: false });
    });

    test('arguments change its tag, and what is copied', () => {
      const other = Image.service('cart', { folder, dockerfile: 'Dockerfile', args: { SERVICE: 'till' } });
      expect(other.reference).not.toBe(tag('cart'));
      const before = tag('cart');
      write('till/main.ts', 'changed');
      expect(tag('cart')).toBe(before);
      expect(Image.service('cart', { folder, dockerfile: 'Dockerfile', args: { SERVICE: 'till' } }).reference).not.toBe(
        other.reference,
      );
    });
  });

  test('the Dockerfile can be elsewhere in the folder', () => {
    write('docker/till.Dockerfile', 'FROM node\nCOPY till ./\n');
    const image = () => Image.service('till', { folder, dockerfile: 'docker/till.Dockerfile' });
    const before = image();
    expect(before.source).toEqual({ context: folder, dockerfile: join(folder, 'docker/till.Dockerfile'), found: true });
    write('cart/main.ts', 'changed');
    expect(image().reference).toBe(before.reference);
    write('till/main.ts', 'changed');
    expect(image().reference).not.toBe(before.reference);
  });

  test('a COPY line can name files by a pattern', () => {
    write('cart/Dockerfile', 'FROM node\nCOPY ./cart/*.json package-?.json ./\n');
    write('cart/a.json', '1');
    const tags = [tag('cart')];
    for (const [path, changes] of [
      ['cart/a.json', true],
      ['cart/main.ts', false],
      ['package-2.json', true],
      ['till/a.json', false],
    ] as const) {
      write(path, 'changed');
      tags.push(tag('cart'));
      expect([path, tags.at(-1) !== tags.at(-2)]).toEqual([path, changes]);
    }
  });

  test('without a Dockerfile the image is missing', () => {
    expect(Image.service('nowhere', { folder }).source).toEqual({
      context: folder,
      dockerfile: join(folder, 'nowhere/Dockerfile'),
      found: false,
    });
  });
});
