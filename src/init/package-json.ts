import { CallsignError } from '../problems/problem';

/** The packages of a project, with the versions that this version of Callsign is tested with. */
export interface ProjectPackages {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** A package.json, and the fields that it did not have before. */
export interface CompletedPackageJson {
  readonly text: string;
  readonly added: readonly string[];
  /** Our scripts that the file has with another command. */
  readonly ownScripts: readonly string[];
}

type Table = Record<string, string>;
type Manifest = Record<string, unknown> & { scripts?: Table };

const SCRIPTS = {
  start: 'callsign start',
  synth: 'callsign synth',
  check: 'callsign check',
  test: 'tsc --noEmit && node --test test/*.test.mjs',
};
const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** Adds what is missing to a package.json, or makes a new one. Everything that it has stays. */
export function completePackageJson(
  existing: string | undefined,
  name: string,
  { dependencies, devDependencies }: ProjectPackages,
): CompletedPackageJson {
  const before: Manifest = existing === undefined ? { name, private: true, type: 'module' } : manifestOf(existing);
  const present = new Set(
    DEPENDENCY_FIELDS.flatMap((field) => Object.keys((before[field] as Table | undefined) ?? {})),
  );
  const absent = (packages: Readonly<Table>) =>
    Object.fromEntries(Object.entries(packages).filter(([key]) => !present.has(key)));
  const { scripts = {} } = before;
  const missing: Record<string, Table> = {
    scripts: Object.fromEntries(Object.entries(SCRIPTS).filter(([script]) => !Object.hasOwn(scripts, script))),
    dependencies: absent(dependencies),
    devDependencies: absent(devDependencies),
  };
  const after: Manifest = { ...before };
  for (const [field, values] of Object.entries(missing))
    if (Object.keys(values).length > 0) after[field] = { ...(before[field] as Table | undefined), ...values };
  const added = Object.entries(missing).flatMap(([field, values]) =>
    Object.keys(values).map((key) => `${field}.${key}`),
  );
  return {
    text: added.length === 0 && existing !== undefined ? existing : formatted(after, existing),
    added,
    ownScripts: Object.entries(SCRIPTS).flatMap(([script, command]) =>
      Object.hasOwn(scripts, script) && scripts[script] !== command ? [script] : [],
    ),
  };
}

/** Our command for a script. */
export function scriptCommand(script: string): string {
  return SCRIPTS[script as keyof typeof SCRIPTS];
}

function manifestOf(text: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(1, (error as Error).message);
  }
  if (!isTable(manifest)) throw invalid(1, 'no object');
  for (const field of ['scripts', ...DEPENDENCY_FIELDS])
    if (manifest[field] !== undefined && !isTable(manifest[field])) throw invalid(1, `${field} is no object`);
  return manifest;
}

function isTable(value: unknown): value is Record<string, unknown> & Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(line: number, got: string): CallsignError {
  return new CallsignError([
    {
      code: 'package-json-invalid',
      place: { file: 'package.json', line },
      message: 'The package.json of the folder cannot be completed.',
      expected: 'a JSON object',
      got,
      fix: 'Correct the file, and run callsign init again.',
    },
  ]);
}

/** JSON with the indentation and the line ends of the existing text. */
function formatted(manifest: Manifest, existing = ''): string {
  const [, indent = '  '] = /^\s*\{\r?\n([ \t]+)"/.exec(existing) ?? [];
  const text = `${JSON.stringify(manifest, undefined, indent)}\n`;
  return existing.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
