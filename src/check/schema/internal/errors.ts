import { fieldText, type FieldPath } from '../../../k8s/objects';
import { show } from '../../../basics/text';
import type { SchemaError } from '../schema-error';

export function formatError(value: unknown, expected: string, field: FieldPath, name = nameOf(field)): SchemaError {
  return {
    code: 'value-invalid',
    field,
    message: `${name} has the invalid value ${show(value)}.`,
    expected,
    got: show(value),
    fix: `Write ${expected}.`,
  };
}

/** Two items of a list with the same merge key. */
export function duplicateError(at: FieldPath, i: number, first: number, what: string): SchemaError {
  return {
    code: 'item-taken',
    field: [...at, i],
    message: `Two items of ${nameOf(at)} have the same ${what}.`,
    expected: `a value that differs from ${fieldText([...at.slice(-1), first])}`,
    got: what,
    fix: `Rename or remove one of the two items with the ${what}.`,
  };
}

export function missingFieldError(name: string, type: string, at: FieldPath): SchemaError {
  return {
    code: 'field-missing',
    field: [...at, name],
    message: `A ${typeTitle(type)} requires the field ${name}.`,
    expected: name,
    fix: `Add ${name}.`,
  };
}

/** `v1.PodSpec` → `PodSpec` */
export function typeTitle(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

export function typeError(value: unknown, expected: string, field: FieldPath): SchemaError {
  return {
    code: 'type-wrong',
    field,
    message: `${nameOf(field)} is ${kindOf(value)}.`,
    expected,
    got: show(value),
    fix: typeFix(value, expected),
  };
}

function typeFix(value: unknown, expected: string): string {
  if (expected === 'a list') return 'Put a dash before each item.';
  if (expected === 'a string' && typeof value === 'boolean')
    return 'Put it in quotes, such as "true" or "yes". Without quotes, YAML reads a boolean.';
  if (expected === 'a string' && typeof value === 'number')
    return `Put it in quotes: ${JSON.stringify(String(value))}.`;
  if (typeof value === 'string' && /number/.test(expected) && /^-?\d+$/.test(value)) return 'Remove the quotes.';
  if (typeof value === 'string' && expected === 'true or false') return 'Write true or false, without quotes.';
  return `Write ${expected}.`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'boolean' ? 'a boolean' : typeof value === 'number' ? 'a number' : 'a map';
}

export function nameOf(at: FieldPath): string {
  const name = at.findLast((part) => typeof part === 'string');
  return typeof at.at(-1) === 'number' ? `An item of ${name ?? 'the list'}` : (name ?? 'the object');
}
