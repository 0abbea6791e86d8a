import type { Escape } from './instructions';

/** The values of ARG and ENV, by name. A name that is not here can have any value: the base image or the builder sets it. */
export type Values = ReadonlyMap<string, string>;

/** Removes quotes and escapes from a word and expands its variables. Returns undefined if a value is unknown. */
export function expand(word: string, values: Values, escape: Escape): string | undefined {
  const escaped = escape === '\\' ? '\\\\' : '`';
  const token = new RegExp(
    [
      `'(?<single>[^']*)'`,
      `"(?<double>[^"${escaped}]*)"`,
      `${escaped}(?<char>.)`,
      `\\$(?<name>[A-Za-z_]\\w*)`,
      `\\$\\{(?<named>[A-Za-z_]\\w*)(?:(?<operator>:?[-+])(?<word>[^{}$"'${escaped}]*))?\\}`,
      `(?<plain>[^$"'${escaped}]+)`,
    ].join('|'),
    'sy',
  );
  let result = '';
  while (token.lastIndex < word.length) {
    const groups = token.exec(word)?.groups;
    const part = groups && partOf(groups, values, escape);
    if (part === undefined) return undefined;
    result += part;
  }
  return result;
}

/** Splits the arguments of ENV or ARG into words. Returns undefined if a quote has no end. */
export function words(rest: string, escape: Escape): string[] | undefined {
  const escaped = escape === '\\' ? '\\\\' : '`';
  const word = new RegExp(`(?:${escaped}.|"(?:${escaped}.|[^"${escaped}])*"|'[^']*'|[^\\s"'${escaped}])+`, 'gs');
  return rest.replace(word, '').trim() === '' ? (rest.match(word) ?? []) : undefined;
}

function partOf(groups: Partial<Record<string, string>>, values: Values, escape: Escape): string | undefined {
  if (groups.double !== undefined) return expand(groups.double.replaceAll("'", `${escape}'`), values, escape);
  const name = groups.name ?? groups.named;
  if (name === undefined) return groups.single ?? groups.char ?? groups.plain;
  // The result of these operators depends on whether the variable is set.
  const value = values.get(name);
  if (value === undefined || groups.operator === undefined) return value;
  const used = groups.operator.startsWith(':') ? value !== '' : true;
  if (groups.operator.endsWith('-')) return used ? value : groups.word;
  return used ? groups.word : '';
}
