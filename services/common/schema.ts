// The validator of all input. It is strict: it converts nothing and drops nothing.
import { Ajv } from 'ajv';
import { Type } from '@sinclair/typebox';
import type { Static, TSchema } from '@sinclair/typebox';

/** Re-exported here so that all code, including tests, uses the same instance of the library. */
export { Type };
export type { Static, TSchema };

const ajv = new Ajv({ coerceTypes: false, useDefaults: false, removeAdditional: false, strict: true });

export type Check<T> = { ok: true; value: T } | { ok: false; message: string };

/**
 * Compiles a schema. The returned function describes the first problem in one sentence, in which `what` names the
 * value.
 */
export function checker<S extends TSchema>(schema: S, what = 'body'): (value: unknown) => Check<Static<S>> {
  const validate = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return { ok: true, value: value as Static<S> };
    const error = validate.errors?.[0];
    const field = error?.instancePath ? `${what}${error.instancePath.replaceAll('/', '.')}` : what;
    const extra =
      error?.keyword === 'additionalProperties' ? `: ${String(error.params['additionalProperty']).slice(0, 64)}` : '';
    // For a pattern, the message contains the description of the schema, because people cannot read patterns easily.
    const described = error?.keyword === 'pattern' ? descriptionAt(schema, error.schemaPath) : undefined;
    return {
      ok: false,
      message: `${field} ${described ? `must be ${described}` : (error?.message ?? 'is invalid')}${extra}`,
    };
  };
}

function descriptionAt(schema: TSchema, schemaPath: string): string | undefined {
  let here: unknown = schema;
  for (const step of schemaPath.split('/').slice(1, -1)) here = (here as Record<string, unknown> | undefined)?.[step];
  return (here as TSchema | undefined)?.description;
}

export const Uuid = () =>
  Type.String({
    pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
    description: 'a UUID',
  });

/** Text that is not blank. The length is in characters, not bytes. */
export const Words = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', description: 'text that is not blank' });
