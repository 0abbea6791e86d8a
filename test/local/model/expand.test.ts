import { expandReferences } from '../../../src/local/model/expand';

test.each([
  ['postgres://$(USER):$(PASSWORD)@$(HOST)/blog', 'postgres://me:pass$word@db/blog'],
  ['$(MISSING) stays', '$(MISSING) stays'],
  ['$$(USER) is escaped', '$(USER) is escaped'],
  ['a $ and $USER stay', 'a $ and $USER stay'],
  ['$(constructor)', '$(constructor)'],
])('%s', (text, expected) => {
  expect(expandReferences(text, { USER: 'me', PASSWORD: 'pass$word', HOST: 'db' })).toBe(expected);
});
