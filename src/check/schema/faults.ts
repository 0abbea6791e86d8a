import type { FieldPath } from '../../k8s/objects';
import { show } from '../../basics/text';
import type { Fault } from './fault';

export function wrongFormat(value: unknown, expected: string, field: FieldPath, name = nameOf(field)): Fault {
  return {
    code: 'value-invalid',
    field,
    message: `${name} cannot be ${show(value)}.`,
    expected,
    got: show(value),
    fix: 'Write it like that: an API server refuses anything else.',
  };
}

/** Two items of a list that an API server tells apart by a key which is the same on both. */
export function duplicate(at: FieldPath, i: number, first: number, what: string): Fault {
  return {
    code: 'item-taken',
    field: [...at, i],
    message: `Two items of ${nameOf(at)} have the same ${what}.`,
    expected: `another one than item ${first} has`,
    got: what,
    fix: 'Take one of them out, or name it differently.',
  };
}

export function missing(name: string, type: string, at: FieldPath): Fault {
  return {
    code: 'field-missing',
    field: [...at, name],
    message: `A ${titleOf(type)} needs the field ${name}.`,
    expected: name,
    fix: `Add ${name}.`,
  };
}

/** `v1.PodSpec` → `PodSpec` */
export function titleOf(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

export function wrongType(value: unknown, expected: string, field: FieldPath): Fault {
  return {
    code: 'type-wrong',
    field,
    message: `${nameOf(field)} is ${kindOf(value)}.`,
    expected,
    got: show(value),
    fix: mendOf(value, expected),
  };
}

function mendOf(value: unknown, expected: string): string {
  if (expected === 'a list') return 'Put a dash before each item.';
  if (expected === 'a text' && typeof value === 'boolean')
    return 'Put it between quotes: "true", "yes" or whatever was meant; without them YAML makes a truth value of it.';
  if (expected === 'a text' && typeof value === 'number')
    return `Put it between quotes: ${JSON.stringify(String(value))}.`;
  if (typeof value === 'string' && /number/.test(expected) && /^-?\d+$/.test(value)) return 'Take the quotes away.';
  if (typeof value === 'string' && expected === 'true or false') return 'Write true or false, without quotes.';
  return `Write ${expected}.`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? 'a truth value' : typeof value === 'number' ? 'a number' : 'a map';
}

export function nameOf(at: FieldPath): string {
  const name = at.findLast((part) => typeof part === 'string');
  return typeof at.at(-1) === 'number' ? `An item of ${name ?? 'the list'}` : (name ?? 'the object');
}
