export type Labels = Readonly<Record<string, string>>;

/** A Kubernetes label selector. */
export interface Selector {
  readonly matchLabels?: Labels | null;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] | null }[] | null;
}

/** Whether it selects everything. */
export function isEmpty(selector: Selector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && expressionsOf(selector).length === 0;
}

/** Whether a selector matches these labels. */
export function matches(selector: Selector, labels: Labels): boolean {
  const wanted = selector.matchLabels ?? {};
  for (const key of Object.keys(wanted)) if (labels[key] !== wanted[key]) return false;
  if (!selector.matchExpressions) return true;
  return expressionsOf(selector).every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return true;
    }
  });
}

/** A selector for messages: `app=web, tier In (a, b)`. */
export function selectorText(selector: Selector): string {
  return [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...expressionsOf(selector).map(
      ({ key, operator, values }) => `${key} ${operator}${values.length > 0 ? ` (${values.join(', ')})` : ''}`,
    ),
  ].join(', ');
}

/** The well-formed expressions. Manifests from other sources may contain anything. */
function expressionsOf({ matchExpressions }: Selector): { key: string; operator: string; values: readonly string[] }[] {
  const expressions = Array.isArray(matchExpressions)
    ? (matchExpressions as NonNullable<Selector['matchExpressions']>)
    : [];
  return expressions.filter(Boolean).map(({ key, operator, values }) => ({
    key,
    operator,
    values: Array.isArray(values) ? (values as readonly string[]) : [],
  }));
}
