import { show } from '../../basics/text';
import { row, type ProblemRow } from '../../problems/problem';
import type { GatewayHeaders } from './options';

const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/;
/** One line of visible characters, as in a request. */
const VALUE = /^[\t\x20-\x7e\x80-\uffff]{1,4096}$/;
/** The most headers of each kind of change. */
const MOST = 16;

/** The problems of changes of headers. */
export function* headerProblems(headers: GatewayHeaders): Generator<ProblemRow> {
  const wrong = (field: string, message: string, expected: string, got: unknown, fix: string) =>
    row('construct-invalid', { message, field: `headers.${field}`, expected, got: show(got), fix });
  for (const way of ['request', 'response'] as const) {
    const given = headers[way];
    if (given === undefined) continue;
    const { set = {}, add = {}, remove = [] } = given;
    const named = [
      ...Object.keys(set).map((name) => ['set', name] as const),
      ...Object.keys(add).map((name) => ['add', name] as const),
      ...remove.map((name) => ['remove', name] as const),
    ];
    if (named.length === 0)
      yield wrong(way, 'Nothing changes.', 'set, add or remove', given, 'Add a header, or remove the option.');
    const seen = new Set<string>();
    for (const [change, name] of named) {
      const field = `${way}.${change}`;
      if (typeof name !== 'string' || !NAME.test(name))
        yield wrong(
          field,
          'This is not the name of a header.',
          'a name such as x-frame-options',
          name,
          'Write only the name.',
        );
      else if (seen.has(name.toLowerCase()))
        yield wrong(
          field,
          'The header is changed twice.',
          'each header once',
          name,
          `Remove ${name} from set, add or remove.`,
        );
      seen.add(name.toLowerCase());
    }
    for (const [change, values] of [
      ['set', set],
      ['add', add],
    ] as const) {
      for (const [name, value] of Object.entries(values)) {
        if (typeof value === 'string' && VALUE.test(value)) continue;
        yield wrong(
          `${way}.${change}['${name}']`,
          'This is not the value of a header.',
          'a line of text',
          value,
          'Write a text without line breaks.',
        );
      }
    }
    for (const [change, count] of Object.entries({ set: Object.keys(set), add: Object.keys(add), remove })) {
      if (count.length > MOST)
        yield wrong(
          `${way}.${change}`,
          'There are too many headers.',
          `at most ${MOST}`,
          count.length,
          'Remove some of them.',
        );
    }
  }
}
