import { check } from '../../src/check/check';
import { ALL_CHARTS } from '../charts/all';
import { objectsOf } from '../constructs/render';
import { manifestsOf, mutantsOf } from './mutants';

// Environments repeat the objects of their charts. `npm run mutate` breaks them too.
test.each(Object.entries(ALL_CHARTS))(
  'the check finds every typing error in %s',
  (_, make) => {
    const objects = objectsOf(make());
    expect(check(manifestsOf(objects), 'hardened')).toEqual([]);
    const mutants = [...mutantsOf(objects)];
    expect(mutants.length).toBeGreaterThan(30);
    expect(
      mutants.filter((mutant) => check(manifestsOf(mutant.objects), 'hardened').length === 0).map(({ what }) => what),
    ).toEqual([]);
  },
  240_000,
);
