import type { App } from 'cdk8s';
import app from '../../src/charts/app';

/** Every app of this repository, by the name of its golden. */
export const ALL_CHARTS: Readonly<Record<string, () => App>> = {
  blog: () => app,
};
