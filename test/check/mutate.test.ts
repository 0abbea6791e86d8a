import { check } from '../../src/check/check';
import { ALL_CHARTS, ALL_ENVIRONMENTS } from '../charts/all';
import { objectsOf } from '../constructs/render';
import { manifestsOf, mutantsOf } from './mutants';

const charts = {
  ...ALL_CHARTS,
  // The shop is large, and its environments repeat it. `npm run mutate` breaks them too.
  ...Object.fromEntries(
    Object.entries(ALL_ENVIRONMENTS)
      .filter(([, { charts: of }]) => of === 'blog')
      .map(([name, { make }]) => [name, make]),
  ),
};

test.each(Object.entries(charts))(
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
