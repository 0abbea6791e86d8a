import { withDefaults, type Complete } from '../shared/defaults';
import type { NamespaceOptions } from './options';

const OPTIONS = { rebalance: false } satisfies NamespaceOptions;

/** The options of a namespace, all defaults included. */
export function resolveNamespace(given: NamespaceOptions): Complete<NamespaceOptions, typeof OPTIONS> {
  return withDefaults<NamespaceOptions, typeof OPTIONS>(given, OPTIONS);
}
