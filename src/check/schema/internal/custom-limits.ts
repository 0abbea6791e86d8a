import { createContext, Script } from 'node:vm';
import { show } from '../../../basics/text';

/** A schema of a custom kind, or a part of one. It has not been validated. */
export type OpenApi = Readonly<Record<string, unknown>>;

/** Checks a value beyond its type. Returns undefined if the value is valid, or the expected value as text. */
export type Limits = (value: unknown) => string | undefined;

/** The limits of a schema, if it has any. Relations between several fields are not checked. */
export function limitsOf(schema: OpenApi): Limits | undefined {
  const limits = [...amounts(schema), ...others(schema)];
  if (limits.length === 0) return undefined;
  return (value) => limits.map((limit) => limit(value)).find((expected) => expected !== undefined);
}

const SIZES: Readonly<Record<string, (value: unknown) => number | undefined>> = {
  imum: (value) => (typeof value === 'number' ? value : undefined),
  // Counts code points, so that an emoji is one character.
  Length: (value) => (typeof value === 'string' ? [...value].length : undefined),
  Items: (value) => (Array.isArray(value) ? value.length : undefined),
  Properties: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).length : undefined,
};
const UNITS: Readonly<Record<string, string>> = {
  imum: '',
  Length: ' characters',
  Items: ' items',
  Properties: ' fields',
};

/** Limits such as `minimum` and `maxLength`. */
function* amounts(schema: OpenApi): Generator<Limits> {
  for (const [what, sizeOf] of Object.entries(SIZES)) {
    const [least, most] = [schema[`min${what}`], schema[`max${what}`]];
    const [above, below] =
      what === 'imum' ? [schema.exclusiveMinimum === true, schema.exclusiveMaximum === true] : [false, false];
    if (typeof least === 'number')
      yield (value) => {
        const size = sizeOf(value);
        return size === undefined || (above ? size > least : size >= least)
          ? undefined
          : `${above ? 'more than' : 'at least'} ${least}${UNITS[what]}`;
      };
    if (typeof most === 'number')
      yield (value) => {
        const size = sizeOf(value);
        return size === undefined || (below ? size < most : size <= most)
          ? undefined
          : `${below ? 'less than' : 'at most'} ${most}${UNITS[what]}`;
      };
  }
}

function* others({ pattern, multipleOf, enum: values, type }: OpenApi): Generator<Limits> {
  const expression = typeof pattern === 'string' ? expressionOf(pattern) : undefined;
  if (expression)
    yield (value) =>
      typeof value !== 'string' || fits(expression, value) ? undefined : `a string that matches ${expression.source}`;
  if (typeof multipleOf === 'number' && Number.isInteger(multipleOf) && multipleOf > 0)
    yield (value) =>
      typeof value !== 'number' || value % multipleOf === 0 ? undefined : `a multiple of ${multipleOf}`;
  // The walk checks enumerations of strings and suggests the nearest value.
  if (Array.isArray(values) && type !== 'string')
    yield (value) =>
      values.some((one) => JSON.stringify(one) === JSON.stringify(value))
        ? undefined
        : `one of ${values.map(show).join(', ')}`;
}

/** The pattern as a regular expression, or undefined if Go and JavaScript read it differently. */
function expressionOf(pattern: string): RegExp | undefined {
  if (/\(\?[^:]|\\[ACQpPz]|\[\[:/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

const context = createContext({});
const script = new Script('expression.test(value)');

/** Whether a value matches. Go matches in linear time. JavaScript may not, so a timeout counts as a match. */
function fits(expression: RegExp, value: string): boolean {
  if ((expression.source.match(/[*+]|\{\d+,\d*\}/g) ?? []).length < 2) return expression.test(value);
  try {
    return script.runInContext(Object.assign(context, { expression, value }), { timeout: 100 }) as boolean;
  } catch {
    return true;
  }
}
