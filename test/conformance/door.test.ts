import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

// The public surface, written out: whoever changes it sees it in test/golden, and decides with open eyes (`npm run golden`).
const root = join(__dirname, '../..');

test('the public surface changes only when its golden does', () => {
  const out = mkdtempSync(join(tmpdir(), 'callsign-door-'));
  try {
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/typescript/bin/tsc'),
        '-p',
        'tsconfig.build.json',
        '--emitDeclarationOnly',
        '--removeComments',
        '--outDir',
        out,
      ],
      { cwd: root },
    );
    expect(declarations(join(out, 'index.d.ts'), out)).toMatchSnapshot();
  } finally {
    rmSync(out, { recursive: true });
  }
});

/** A file's declarations, after those of the files it shows to users; what is private is nobody's business. */
function declarations(file: string, out: string, seen = new Set<string>()): string {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const shown = [...text.matchAll(/from '(\.[^']+)'/g)]
    .map(([, target]) => join(dirname(file), `${target}.d.ts`))
    .toSorted();
  const own = text
    .split('\n')
    .filter((line) => !/^\s*(#private|private )/.test(line))
    .join('\n');
  return `${shown.map((other) => declarations(other, out, seen)).join('')}// ${relative(out, file)}\n${own}\n`;
}
