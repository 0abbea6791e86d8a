/** Source text that is written without quotes: a variable, a call. */
export class SourceCode {
  constructor(readonly text: string) {}
}

/** A value that can be written as a literal. */
export type Literal =
  | SourceCode
  | string
  | number
  | boolean
  | readonly Literal[]
  | { readonly [key: string]: Literal | undefined };

const WIDTH = 120;

/** Formats a value: on one line if it fits, otherwise one entry per line. `before` is the width of the text before it on the line. */
export function literal(value: Literal, indent = '', before = 0): string {
  const line = oneLine(value);
  if (!line.includes('\n') && indent.length + before + line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return ['[', ...value.map((item) => `${inner}${literal(item as Literal, inner)},`), `${indent}]`].join('\n');
  if (typeof value === 'object' && !(value instanceof SourceCode)) {
    const rows = fieldsOf(value).map(
      ([key, item]) => `${inner}${field(key, item, (shown, used) => literal(shown, inner, used))},`,
    );
    return ['{', ...rows, `${indent}}`].join('\n');
  }
  if (typeof value === 'string' && value.includes('\n')) return template(value);
  return line;
}

/** A string literal, with the quotes that a formatter chooses. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/[\\\n\r\t\0\u2028\u2029]/g, (char) => ESCAPES[char] ?? `\\${char}`)
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

/** A free name for a variable: `event-bus` becomes `eventBus`. `otherwise` is added to reserved words. */
export function freeVariable(name: string, taken: ReadonlySet<string>, otherwise: string): string {
  const camel = name.replace(/[-_.]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
  let free = RESERVED.has(camel) ? `${camel}${otherwise}` : camel;
  for (let n = 2; taken.has(free); n++) free = `${camel}${n}`;
  return free;
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\x00',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};
const RESERVED = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements
  import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void
  while with yield arguments eval app id scope undefined process require module exports global`.split(/\s+/),
);

function oneLine(value: Literal): string {
  if (value instanceof SourceCode) return value.text;
  if (typeof value === 'string') return value.includes('\n') && value.length > 40 ? `\n${value}` : quoted(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => oneLine(item as Literal)).join(', ')}]`;
  const fields = fieldsOf(value);
  return fields.length === 0 ? '{}' : `{ ${fields.map(([key, item]) => field(key, item, oneLine)).join(', ')} }`;
}

function fieldsOf(value: object): [string, Literal][] {
  return Object.entries(value as Record<string, Literal | undefined>).filter(
    (entry): entry is [string, Literal] => entry[1] !== undefined,
  );
}

function field(key: string, value: Literal, show: (value: Literal, before: number) => string): string {
  const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
  // `{ web: web }` is written as `{ web }`.
  if (value instanceof SourceCode && value.text === name) return name;
  return `${name}: ${show(value, name.length + 2)}`;
}

function template(text: string): string {
  // A template literal keeps the lines. Its other special characters are escaped.
  const escaped = text.replace(/[\\`\r\0]|\$(?=\{)/g, (char) =>
    char === '\r' ? '\\r' : char === '\0' ? '\\x00' : `\\${char}`,
  );
  return `\`${escaped}\``;
}
