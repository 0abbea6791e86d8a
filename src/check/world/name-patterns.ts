import { literalPattern } from '../../basics/text';
import type { Manifest } from '../../k8s/objects';
import { matches, type Labels, type Selector } from '../../k8s/selector';
import { placeholderIn } from '../read/placeholders';
import { namespaceOf } from './values';

/** Whether the identity, the labels or the selector of an object contain placeholders. */
export function isNamedByTemplate({ placeholders }: Manifest): boolean {
  return placeholders?.some((field) => field.length === 0 || field.some(isNaming)) ?? false;
}

function isNaming(part: string | number): boolean {
  return /^(metadata|matchLabels|.*selector)$/i.test(String(part));
}

/** Whether an object in a template may have this name after the template is rendered. */
export function mayBeNamed({ object }: Manifest, namespace: string, name: string): boolean {
  return mayBe(namespaceOf(object), namespace) && mayBe(object.metadata.name, name);
}

/** Whether labels in a template may match a selector after the template is rendered. */
export function mayMatch(selector: Selector, labels: Labels): boolean {
  const rendered = Object.entries(labels).map(([key, value]): [string, string] => {
    const wanted = selector.matchLabels?.[key];
    return [key, wanted !== undefined && mayBe(value, wanted) ? wanted : value];
  });
  return matches(selector, Object.fromEntries(rendered));
}

/** Whether a text is another one with placeholders. */
export function mayBe(text: unknown, rendered: string): boolean {
  if (text === rendered) return true;
  if (typeof text !== 'string') return false;
  const parts: string[] = [];
  let rest = text;
  for (let found = placeholderIn(rest); found !== undefined; found = placeholderIn(rest)) {
    const at = rest.indexOf(found);
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + found.length);
  }
  if (parts.length === 0) return false;
  const pattern = [...parts, rest].map(literalPattern).join('.*');
  return new RegExp(`^${pattern}$`).test(rendered);
}
