import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

// Pins the public API as TypeScript declarations. A change is visible in test/golden (`npm run golden`).
const root = join(__dirname, '../..');

test('the public API matches its golden file', () => {
  const out = mkdtempSync(join(tmpdir(), 'callsign-public-api-'));
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

/** The declarations of a file, after those of the files that it exports, without private members. */
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
