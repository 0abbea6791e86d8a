import * as fc from 'fast-check';
import { createJudge } from '../../../services/moderation/words.ts';

const judge = createJudge(['orange', 'Ärger', 'ﬁne']);

test.each([
  ['I like ORANGE.', 'rejected'],
  ['orange', 'rejected'],
  ['an\norange\tone', 'rejected'],
  ['"orange"!', 'rejected'],
  ['so viel ÄRGER', 'rejected'],
  ['a\u0308rger in two parts', 'rejected'],
  ['or\u200bange with a gap nobody sees', 'rejected'],
  ['ｏｒａｎｇｅ in wide letters', 'rejected'],
  ['all is fine', 'rejected'],
  ['oranges', 'approved'],
  ['orangery and storange', 'approved'],
  ['', 'approved'],
  ['🍊', 'approved'],
])('%j is %s', (content, verdict) => expect(judge(content)).toBe(verdict));

test('without blocked words everything is approved', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (content) => expect(createJudge([])(content)).toBe('approved')));
});

test('a blocked word is found at any position', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) =>
      expect(judge(`${before} orange ${after}`)).toBe('rejected'),
    ),
  );
});
