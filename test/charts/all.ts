import type { App } from 'cdk8s';
import definition from '../../src/charts/app';

/** Every app of this repository, by the name of its golden. */
export const ALL_CHARTS: Readonly<Record<string, () => App>> = {
  blog: () => definition.make(),
};

/** The same charts in each of their environments. */
export const ALL_ENVIRONMENTS: Readonly<Record<string, { charts: string; make: () => App }>> = Object.fromEntries(
  definition.environments.map((name) => [`blog in ${name}`, { charts: 'blog', make: () => definition.make(name) }]),
);
