// Builds what the package contains, in dist: the command line, a file for each command, the library, what they share, and
// the types. npm runs it before it packs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(process.argv[2] ?? root, 'dist');
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Many small files take longer to load than a few larger ones, so what charts and checks share is one file each. The YAML
 * reader is separate, because it needs a library and a synthesis does not read YAML.
 */
const GROUPS = [
  { name: 'basics', test: /\/src\/(basics|k8s|problems|check\/secrets)\//, minShareCount: 2, priority: 1 },
  { name: 'checks', test: /\/src\/check\/(?!read\/)/, minShareCount: 2 },
  { name: 'charts', test: /\/src\/(constructs|settings|links|synth|images|changes)\//, minShareCount: 2 },
];

/**
 * A module of ours that a function requires becomes a file of its own. A bundle would otherwise load everything that any
 * command needs, also the libraries.
 */
const loadedOnUse = {
  name: 'loaded-on-use',
  transform(code, id) {
    if (!id.endsWith('.ts')) return;
    const replaced = code.replaceAll(/\brequire\('(\.[^']+)'\)/g, (call, path) => {
      const module = join(dirname(id), `${path}.ts`);
      if (!existsSync(module)) return call;
      const fileName = `${relative(join(root, 'src'), module).replaceAll(sep, '-').slice(0, -'.ts'.length)}.js`;
      this.emitFile({ type: 'chunk', id: module, fileName });
      return `requireOnUse('./${fileName}')`;
    });
    return { code: replaced, map: null };
  },
};

rmSync(dist, { recursive: true, force: true });
const bundled = await bundle();
writeTypes();
writeLicenses(bundled);

/** Returns the folders of the packages that are part of the bundle. */
async function bundle() {
  const external = Object.keys({ ...dependencies, ...peerDependencies });
  const built = await rolldown({
    cwd: root,
    input: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
    platform: 'node',
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [loadedOnUse],
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await built.write({
    dir: dist,
    format: 'cjs',
    exports: 'named',
    sourcemap: true,
    chunkFileNames: '[name].js',
    codeSplitting: { groups: GROUPS },
    // The bundler does not follow this name, so a file is loaded only when the program asks for it.
    banner: 'const requireOnUse = require;',
  });
  const modules = output.flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []));
  return new Set(
    modules.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll(sep, '/')) ?? []),
  );
}

/** The declarations that the public API needs, with the types of Kubernetes in them, so that users need no package for these. */
function writeTypes() {
  const all = join(dist, 'all-types');
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', all],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  const kubernetes = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');
  const types = join(dist, 'types');
  const seen = new Set();
  const copy = (source, target) => {
    if (seen.has(target)) return;
    seen.add(target);
    const text = readFileSync(source, 'utf8')
      .replace(/^import type \{([^}]*)\} from '@kubernetes\/client-node';\n/m, (_, names) =>
        importEach('import type', names, (name) => below(target, join(types, 'kubernetes', fileOf(name)))),
      )
      .replaceAll("from '../models/", "from './")
      .replaceAll("from '../../types.js'", "from './types.js'")
      .replace(/^import \{([^}]*)\} from '\.\/api\.js';\n/m, (_, names) =>
        importEach('import', names, (name) => `./${name}.js`),
      )
      .replaceAll(/^\/\/# sourceMappingURL=.*\n?/gm, '');
    for (const [, path] of text.matchAll(/(?:from |import\()['"](\.[^'"]*)['"]/g)) {
      const to = join(dirname(target), path.replace(/\.js$/, ''));
      const name = relative(join(types, 'kubernetes'), to);
      copy(
        name.startsWith('..')
          ? `${join(all, relative(types, to))}.d.ts`
          : `${join(kubernetes, name === 'types' ? '../../types' : name)}.d.ts`,
        `${to}.d.ts`,
      );
    }
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  };
  copy(join(all, 'index.d.ts'), join(types, 'index.d.ts'));
  rmSync(all, { recursive: true });
}

/** An import for each of the names, because each is in a file of its own. */
function importEach(keyword, names, pathOf) {
  return names
    .split(',')
    .map((name) => name.trim())
    .map((name) => `${keyword} { ${name} } from '${pathOf(name)}';\n`)
    .join('');
}

/** The file of a type of the Kubernetes client. Types of the API are alone in a file. */
function fileOf(type) {
  return /^(V\d|Core|Events)/.test(type) ? type : 'types';
}

function below(file, path) {
  const way = relative(dirname(file), path).replaceAll(sep, '/');
  return way.startsWith('.') ? way : `./${way}`;
}

/** The licenses of the packages that are part of the bundle. */
function writeLicenses(folders) {
  const texts = [...folders].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`;
  });
  writeFileSync(join(dist, 'licenses.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}
