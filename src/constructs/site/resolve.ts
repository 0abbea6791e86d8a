import type { Scaling } from '../microservice/options';
import { withDefaults, type Complete } from '../shared/defaults';
import type { StaticSiteBase, StaticSiteOptions } from './options';

const OPTIONS = { fallback: true, assets: ['assets', 'static'], keep: 3 } satisfies Partial<StaticSiteBase>;

/** The options of a static site, with its own defaults. `resolveMicroservice` adds the defaults of a microservice. */
export type ResolvedStaticSite = Complete<StaticSiteBase, typeof OPTIONS> & Scaling;

export function resolveStaticSite(given: StaticSiteOptions): ResolvedStaticSite {
  return withDefaults<StaticSiteBase, typeof OPTIONS>(given, OPTIONS);
}
