import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const src = join(__dirname, '../../src');

/** Names that two files still export. Remove each with its rename. */
const NOT_YET: readonly string[] = [];

const EXPORT =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;

/** The names that more than one file exports, each with its files. */
function sharedNames(files: Readonly<Record<string, string>>): Record<string, string[]> {
  const owners = new Map<string, Set<string>>();
  for (const [file, text] of Object.entries(files))
    for (const [, name] of text.matchAll(EXPORT)) owners.set(name!, (owners.get(name!) ?? new Set()).add(file));
  return Object.fromEntries([...owners].filter(([, of]) => of.size > 1).map(([name, of]) => [name, [...of]]));
}

/** The sources of the library. The charts are programs of users, so they are not a part of it. */
const sources = Object.fromEntries(
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('charts'))
    .map((name) => [name, readFileSync(join(src, name), 'utf8')]),
);

test('no two files export the same name', () => {
  const shared = sharedNames(sources);
  for (const name of NOT_YET) delete shared[name];
  expect(shared).toEqual({});
});

test('a name that waits for its rename is still shared', () => {
  const shared = sharedNames(sources);
  expect(NOT_YET.filter((name) => shared[name] === undefined)).toEqual([]);
});

test('a shared name is found, and overloads and a type with its value are not', () => {
  expect(
    sharedNames({
      'a.ts': 'export interface Report {}\nexport function read(a: 1): 1;\nexport function read(a: 2): 2;',
      'b.ts': 'export type Report = 1;\nconst read = 1;\nexport const KIND = 1;\nexport type KIND = 1;',
      'c.ts': 'export async function* follow() {}\nexport abstract class Base {}',
      'd.ts': 'export class Base {}\nexport function* follow() {}',
    }),
  ).toEqual({ Report: ['a.ts', 'b.ts'], follow: ['c.ts', 'd.ts'], Base: ['c.ts', 'd.ts'] });
});
