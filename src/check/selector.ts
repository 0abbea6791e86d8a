export type Labels = Readonly<Record<string, string>>;

/** A label selector as Kubernetes writes it. */
export interface Selector {
  readonly matchLabels?: Labels | null;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] | null }[] | null;
}

/** Whether it takes everything. */
export function isEmpty({ matchLabels, matchExpressions }: Selector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
}

/** Whether a selector takes something with these labels. */
export function matches({ matchLabels, matchExpressions }: Selector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(matchLabels ?? {})) if (labels[key] !== value) return false;
  return (matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'In': return value !== undefined && (values ?? []).includes(value);
      case 'NotIn': return value === undefined || !(values ?? []).includes(value);
      case 'Exists': return value !== undefined;
      case 'DoesNotExist': return value === undefined;
      default: return true;
    }
  });
}

/** A selector as a person reads it: `app=web, tier in (a, b)`. */
export function selectorText({ matchLabels, matchExpressions }: Selector): string {
  return [
    ...Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(matchExpressions ?? []).map(({ key, operator, values }) => `${key} ${operator}${values ? ` (${values.join(', ')})` : ''}`),
  ].join(', ');
}
