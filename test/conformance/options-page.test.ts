import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MICROSERVICE_OPTIONS } from '../../src/constructs/microservice/options';

// docs/options.md has each option of a microservice once, and no other.

const page = readFileSync(join(__dirname, '../../docs/options.md'), 'utf8');

/** The options in the second column: `http: false` is the option `http`. Methods such as `may()` are no options. */
function optionsIn(text: string): string[] {
  return [...text.matchAll(/^\|[^|]*\|([^|]*)\|/gm)]
    .flatMap(([, column]) => [...column!.matchAll(/`([\w.]+)(?=[:`])/g)])
    .map(([, option]) => option!);
}

/** The names of options. A group stands for its members; maps and lists are one option. */
function namesOf(names: object, prefix = ''): string[] {
  return Object.entries(names).flatMap(([name, inner]: [string, unknown]) =>
    prefix === '' && typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? namesOf(inner, `${name}.`)
      : [prefix + name],
  );
}

test('each option is in one table, and each table has only options', () => {
  // A strategy is a word or a group.
  const known = [...namesOf(MICROSERVICE_OPTIONS), 'strategy'];
  expect(optionsIn(page).toSorted()).toEqual(known.toSorted());
});

test('the test reads options, and knows groups', () => {
  expect(optionsIn('| `no` | `a`, `b.c: true` and `d()` |\n')).toEqual(['a', 'b.c']);
  expect(namesOf({ a: true, b: { c: true, d: { e: true } }, f: [{ g: true }] })).toEqual(['a', 'b.c', 'b.d', 'f']);
});
