import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { integer } from '../shared/value-problems';
import type { ResolvedCors } from './resolve';

/** The name of a method or a header. */
const TOKEN = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** The problems of the CORS options. */
export function* corsProblems(cors: ResolvedCors): Generator<ProblemRow> {
  const { origins, credentials, maxAge } = cors;
  const wrong = (field: string, message: string, expected: string, got: unknown, fix: string) =>
    row('cors-invalid', { message, field: `cors.${field}`, expected, got: show(got), fix });
  if (!Array.isArray(origins) || origins.length === 0) {
    const fix = 'Add an origin, or remove cors.';
    yield wrong('origins', 'The list of origins is empty.', 'at least one origin', origins, fix);
    return;
  }
  for (const [i, origin] of origins.entries()) {
    if (origin === '*' || isOrigin(origin)) continue;
    const meant = originOf(origin);
    const fix = isOrigin(meant)
      ? `Write ${meant}.`
      : 'Write each origin as a URL without a path, such as https://app.example.com.';
    const expected = 'http:// or https://, a host, and a port if it is not the default; or only *';
    yield wrong(`origins[${i}]`, 'This is not an origin.', expected, origin, fix);
  }
  if (origins.includes('*') && (credentials || origins.length > 1)) {
    const message = credentials
      ? 'Browsers do not send cookies if every origin is allowed.'
      : 'Every origin is allowed, so the other origins have no effect.';
    yield wrong('origins', message, 'either * or a list of origins', origins, 'List the origins, without *.');
  }
  for (const [field, what, example] of [
    ['methods', 'method', 'GET'],
    ['headers', 'header', 'Content-Type'],
    ['exposedHeaders', 'header', 'Content-Range'],
  ] as const) {
    for (const [i, name] of cors[field].entries()) {
      if (TOKEN.test(name) && (what === 'header' || name === name.toUpperCase())) continue;
      const message = `This is not a valid name of a ${what}.`;
      yield wrong(`${field}[${i}]`, message, `a name such as ${example}`, name, 'Write one name per item.');
    }
  }
  const fix = 'Write the seconds, such as 3600.';
  yield* integer('cors.maxAge', maxAge, { code: 'cors-invalid', min: 1, fix });
}

function isOrigin(given: unknown): boolean {
  return /^https?:\/\/[^*]+$/.test(String(given)) && originOf(given) === given;
}

/** The origin of a URL; undefined if it is not a URL. */
function originOf(given: unknown): string | undefined {
  try {
    return new URL(String(given)).origin;
  } catch {
    return undefined;
  }
}
