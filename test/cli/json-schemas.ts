import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020';

const folder = join(__dirname, '../../schemas');

/** The schemas of the package, by the name of their command. */
export const SCHEMAS: Readonly<Record<string, AnySchemaObject>> = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace(/\.json$/, ''),
    JSON.parse(readFileSync(join(folder, file), 'utf8')) as AnySchemaObject,
  ]),
);

let ajv: Ajv2020 | undefined;

function validatorOf(command: string): ValidateFunction {
  if (!ajv) {
    ajv = new Ajv2020({ strict: true });
    for (const [name, schema] of Object.entries(SCHEMAS)) ajv.addSchema(schema, `${name}.json`);
  }
  return ajv.getSchema(`${command}.json`)!;
}

/** What is wrong with a value that a command printed. Empty if it matches the schema of the command. */
export function schemaErrors(command: string, value: unknown): string[] {
  const validate = validatorOf(command);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Throws if the JSON that a command printed does not match the schema of the command. */
export function assertMatchesSchema([command = '', ...argv]: readonly string[], out: string): void {
  const isJson = argv.includes('--json') || (command === 'check' && argv.join(' ').includes('--format json'));
  if (!isJson || out === '' || argv.includes('--help') || argv.includes('-h') || !Object.hasOwn(SCHEMAS, command))
    return;
  const errors = documentsIn(out).flatMap((document) => schemaErrors(command, document));
  if (errors.length > 0)
    throw new Error(`The output does not match schemas/${command}.json:\n${errors.join('\n')}\n\n${out}`);
}

/** One document, one document a line, or several documents, each with its own last line. */
function documentsIn(out: string): unknown[] {
  const texts = [[out], out.trimEnd().split('\n'), out.trimEnd().split(/(?<=^[}\]])\n/m)];
  for (const parts of texts) {
    try {
      return parts.map((part) => JSON.parse(part) as unknown);
    } catch {
      // The next way to read it.
    }
  }
  throw new Error(`The output is not JSON: ${out}`);
}
