import * as fc from 'fast-check';
import { TextSearch } from '../../../../src/compose/analyze/secrets/text-search';

test('it finds what a search for each word finds', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), fc.string({ unit: fc.constantFrom('a', 'b', 'c') }), (words, text) =>
      expect(new TextSearch(words).findsIn(text)).toBe(words.some((each) => text.includes(each))),
    ),
  );
});
