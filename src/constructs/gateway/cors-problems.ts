import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import type { ResolvedCors } from './resolve';

/** What a method, and a header, is made of. */
const TOKEN = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** What is wrong with the pages of other origins that may call. */
export function* corsProblems({
  origins,
  methods,
  headers,
  exposedHeaders,
  credentials,
  maxAge,
}: ResolvedCors): Generator<ProblemRow> {
  const wrong = (field: string, message: string, expected: string, got: unknown, fix: string): ProblemRow => [
    'cors-invalid',
    { message, field: `cors.${field}`, expected, got: show(got), fix },
  ];
  if (!Array.isArray(origins) || origins.length === 0) {
    yield wrong('origins', 'No page may call.', 'at least one origin', origins, 'Name the origins, or take out cors.');
    return;
  }
  for (const [i, origin] of origins.entries()) {
    if (origin === '*' || isOrigin(origin)) continue;
    const meant = originOf(origin);
    const fix = isOrigin(meant)
      ? `Write ${meant}.`
      : 'Name each origin as the address bar shows it, up to the first single slash.';
    yield wrong(
      `origins[${i}]`,
      'It is not an origin.',
      'https:// or http://, a host, and a port if it is not the usual one; or * alone',
      origin,
      fix,
    );
  }
  if (origins.includes('*') && (credentials || origins.length > 1)) {
    const message = credentials
      ? 'Browsers send no cookies where every page may call.'
      : 'Every page may call: the other origins say nothing.';
    yield wrong('origins', message, 'either * or some origins', origins, 'Name the origins, without *.');
  }
  for (const [field, names, example] of [
    ['methods', methods, 'GET'],
    ['headers', headers, 'Content-Type'],
    ['exposedHeaders', exposedHeaders, 'Content-Range'],
  ] as const) {
    for (const [i, name] of names.entries()) {
      if (!TOKEN.test(name) || (field === 'methods' && name !== name.toUpperCase())) {
        yield wrong(
          `${field}[${i}]`,
          `It is not the name of a ${field === 'methods' ? 'method' : 'header'}.`,
          `a name such as ${example}`,
          name,
          'Name each by itself.',
        );
      }
    }
  }
  if (!Number.isInteger(maxAge) || maxAge < 1) {
    yield wrong(
      'maxAge',
      'A browser cannot keep an answer for so long.',
      'whole seconds, from 1 on',
      maxAge,
      'Write the seconds, such as 3600.',
    );
  }
}

function isOrigin(given: unknown): boolean {
  return /^https?:\/\/[^*]+$/.test(String(given)) && originOf(given) === given;
}

/** The origin of a URL; none where there is no URL. */
function originOf(given: unknown): string | undefined {
  try {
    return new URL(String(given)).origin;
  } catch {
    return undefined;
  }
}
