import { typoOf } from '../../src/basics/typo';

test.each([
  ['letsencypt', 'letsencrypt'],
  ['letsencrpyt', 'letsencrypt'],
  ['letsencrypts', 'letsencrypt'],
  ['letsencrxpt', 'letsencrypt'],
  ['fast_ssd', 'fast-ssd'],
  ['fastssd', 'fast-ssd'],
  ['fast-sdd', 'fast-ssd'],
  ['wbe', 'web'],
])('%s is a typing error of %s', (name, known) => {
  expect(typoOf(name, ['other', known])).toBe(known);
});

test.each([
  ['gp2', 'gp3'],
  ['node1', 'node'],
  ['team-a', 'team-b'],
  ['eu-west', 'us-west'],
  ['ssd-internal', 'ssd-external'],
  ['letsencrypt-dev', 'letsencrypt-prod'],
  ['web', 'web'],
  ['web', 'website'],
  ['abcd', 'badc'],
])('%s and %s are different names', (name, known) => {
  expect(typoOf(name, [known])).toBeUndefined();
});
