import type { FieldPath } from '../../k8s/objects';

/**
 * The field of an object that the API server names: `.spec.template.spec.containers[name="web"].image` in a conflict,
 * `spec.ports[0].port` in an invalid value.
 */
export function fieldPathIn(object: unknown, text: string): FieldPath {
  const path: (string | number)[] = [];
  let value = object;
  for (const [, name, quoted, key] of text.matchAll(/\.?([\w-]+)|\["((?:[^"\\]|\\.)*)"\]|\[([^\]]+)\]/g)) {
    const part = name ?? quoted ?? itemIn(value, key!);
    path.push(part);
    value = (value as Record<string | number, unknown> | undefined | null)?.[part];
  }
  return path;
}

/** The position of the item that a key names: `0`, `name="web"` or `port=80,protocol="TCP"`. */
function itemIn(list: unknown, key: string): string | number {
  if (/^\d+$/.test(key)) return Number(key);
  const wanted = [...key.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|[^,]+)/g)].map(
    ([, name, value]) => [name!, JSON.parse(value!) as unknown] as const,
  );
  const position = Array.isArray(list)
    ? list.findIndex((item: unknown) =>
        wanted.every(([name, value]) => (item as Record<string, unknown>)[name] === value),
      )
    : -1;
  return position === -1 ? key : position;
}
