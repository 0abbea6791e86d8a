import type { FieldPath } from '../../k8s/objects';

/** A value in an object that is set, and its field. */
export interface PlaceOfValue {
  readonly value: unknown;
  readonly field: FieldPath;
}

/** The values at a path. `[]` stands for each item of a list: `webhooks[].clientConfig.service`. */
export function placesAt(object: unknown, path: string): PlaceOfValue[] {
  let places: PlaceOfValue[] = [{ value: object, field: [] }];
  for (const part of path.split('.')) {
    const isList = part.endsWith('[]');
    const key = isList ? part.slice(0, -2) : part;
    places = places.flatMap(({ value, field }) => {
      const inner: unknown = typeof value === 'object' && value !== null ? (value as never)[key] : undefined;
      if (!isList) return isSet(inner) ? [{ value: inner, field: [...field, key] }] : [];
      if (!Array.isArray(inner)) return [];
      return inner.flatMap((item: unknown, i) => (isSet(item) ? [{ value: item, field: [...field, key, i] }] : []));
    });
  }
  return places;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
