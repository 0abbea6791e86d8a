import { transformSync } from '@swc/core';
import * as fc from 'fast-check';
import { SourceCode, literal, quoted, freeVariable, type Literal } from '../../src/basics/typescript';

/** The value of the literal in a program. */
const read = (source: string): unknown => {
  const { code } = transformSync(`(${source})`, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  // oxlint-disable-next-line typescript/no-implied-eval -- the literal is what is tested
  return new Function(`return ${code.replace(/^"use strict";\s*/, '')}`)();
};

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '"', '`', '\\', '$', '{', '}', '\n', '\r', 'a', ' ', '\u2028') }),
);
const anything = fc.letrec<{ value: Literal }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value;

test('a literal has the value that was written', () => {
  fc.assert(
    fc.property(anything, (value) => expect(read(literal(value))).toEqual(value)),
    { numRuns: 300 },
  );
  fc.assert(fc.property(text, (value) => expect(read(quoted(value))).toBe(value)));
});

test('literals have the usual format', () => {
  expect(
    literal({
      image: new SourceCode("Image.of('a:1')"),
      web: new SourceCode('web'),
      'a-b': 1,
      none: undefined,
      list: ['x', "it's"],
    }),
  ).toBe(`{ image: Image.of('a:1'), web, 'a-b': 1, list: ['x', "it's"] }`);
  expect(literal({ long: 'x'.repeat(120), short: 1 })).toBe(`{\n  long: '${'x'.repeat(120)}',\n  short: 1,\n}`);
  expect(literal({ text: 'a first line which is long enough\nand a second\n' }, '  ')).toBe(
    '{\n    text: `a first line which is long enough\nand a second\n`,\n  }',
  );
});

test('variables have valid names', () => {
  const names = ['event-bus', 'class', 'app', 'a', 'a'].map((name, i, all) =>
    freeVariable(name, new Set(all.slice(0, i)), 'Service'),
  );
  expect(names).toEqual(['eventBus', 'classService', 'appService', 'a', 'a2']);
});
