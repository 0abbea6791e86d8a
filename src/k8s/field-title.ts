import { own } from '../basics/own';
import { fieldText, valueAt, withPart, type FieldPath } from './objects';

/** A field of an object in a problem: for programs, and for people if that differs. */
export function fieldOf(object: unknown, field: FieldPath): { readonly field: string; readonly fieldTitle?: string } {
  const [text, title] = [fieldText(field), fieldTitle(object, field)];
  return { field: text, ...(title !== text && { fieldTitle: title }) };
}

/** A field for people, with the names of list items: `spec.containers[web].env[DATABASE_URL].value` */
export function fieldTitle(object: unknown, field: FieldPath): string {
  let value = object;
  let text = '';
  for (const [i, part] of field.entries()) {
    const name = typeof part === 'number' ? itemName(value, part, field[i - 1]) : undefined;
    text = name === undefined ? withPart(text, part) : `${text}[${name}]`;
    value = valueAt(value, [part]);
  }
  return text;
}

/** The fields that identify an item of a list. In other lists it is the name. */
const NAME_FIELDS: Readonly<Record<string, readonly string[]>> = {
  ports: ['name', 'containerPort', 'port'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
};

/** The name of an item of a list. Undefined if it has no name, or shares it with another item. */
function itemName(list: unknown, index: number, listName: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined;
  const fields = own(NAME_FIELDS, String(listName)) ?? ['name'];
  const nameIn = (item: unknown) =>
    fields
      .map((field) => valueAt(item, [field]) ?? valueAt(item, ['metadata', field]))
      .find((name): name is string | number => (typeof name === 'string' && name !== '') || typeof name === 'number');
  const name = nameIn(list[index]);
  if (name === undefined || list.some((other, i) => i !== index && nameIn(other) === name)) return undefined;
  return String(name);
}
