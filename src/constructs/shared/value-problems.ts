import { isTimeZone } from '../../k8s/time-zone';
import { Image } from '../../images/image';
import type { Code } from '../../problems/codes';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';

// One check per kind of value. Each check yields at most one problem of the value.

type Found = Generator<ProblemRow>;

interface Range {
  readonly code: Code;
  readonly min: number;
  readonly max?: number;
  readonly message?: string;
  readonly fix?: string;
}

/** A name that leaves too little room for what is added to it. */
export function* nameLength(name: string, longest: number, what: string, field?: string): Found {
  if (name.length <= longest) return;
  yield row('name-invalid', {
    message: `The name is too long for ${what}.`,
    ...(field !== undefined && { field }),
    expected: `at most ${longest} characters`,
    got: show(name),
    fix: `Remove at least ${name.length - longest} characters from the name.`,
  });
}

/** A whole number in a range. */
export function* integer(field: string, value: unknown, { code, min, max, message, fix }: Range): Found {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= (max ?? Infinity)) return;
  const range = max === undefined ? `${min} or more` : `from ${min} to ${max}`;
  yield row(code, {
    message: message ?? (Number.isSafeInteger(value) ? 'The number is out of range.' : 'This is not a whole number.'),
    field,
    expected: `a whole number, ${range}`,
    got: show(value),
    fix: fix ?? `Write a whole number, ${range}.`,
  });
}

/** The numeric user of a container. It must not be root. */
export function* user(field: string, value: unknown, code: Code, more = ''): Found {
  const message = 'The container must not run as root.';
  yield* integer(field, value, {
    code,
    min: 1,
    message,
    fix: `Write the numeric user of the image, such as user: 1000.${more}`,
  });
}

/** The number of a port. */
export function* portProblems(field: string, value: unknown): Found {
  yield* integer(field, value, { code: 'port-invalid', min: 1, max: 65535 });
}

/** The name of a time zone. */
export function* zoneName(field: string, value: unknown): Found {
  if (isTimeZone(value as string)) return;
  yield row('schedule-invalid', {
    message: 'The time zone is unknown.',
    field,
    expected: 'a name such as Europe/Berlin',
    got: show(value),
    fix: "Write, for instance, timeZone: 'Europe/Berlin'.",
  });
}

/** One of several allowed values. */
export function* enumValue(field: string, value: unknown, choices: readonly string[], code: Code, fix?: string): Found {
  if (choices.includes(value as string)) return;
  const expected = choices.map((choice) => `'${choice}'`).join(' or ');
  yield row(code, {
    message: 'The value is unknown.',
    field,
    expected,
    got: show(value),
    fix: fix ?? `Write ${expected}.`,
  });
}

/** An image that can be built or pulled, with a pinned tag or a digest. */
export function* imageProblems(image: unknown, field = 'image'): Found {
  if (image instanceof Image)
    for (const [code, what] of image.source?.problems ?? [])
      yield row(code, { ...what, field: `${field}.${what.field}` });
  if (!(image instanceof Image)) {
    yield row('image-invalid', {
      message: image === undefined ? 'The image is missing.' : 'This is not an Image.',
      field,
      expected: "Image.of('name:tag') or Image.service('name')",
      got: show(image),
      fix:
        typeof image === 'string'
          ? textFix(field, image)
          : `Set ${field}: Image.of('nginx:1.29.1'), or Image.service('NAME') for your own program.`,
    });
  } else if (image.source?.site && !image.source.found) {
    yield row('site-not-built', {
      message: `The file ${image.source.site.folder}/index.html does not exist, so there is no page to serve.`,
      field: 'folder',
      expected: 'the folder with the built page',
      got: show(image.source.site.folder),
      fix: 'Build the page first, for instance with npm run build, or correct the folder.',
    });
  } else if (image.source?.found === false) {
    yield row('image-source-missing', {
      message: `The file ${image.source.dockerfile} does not exist, so the image cannot be built.`,
      field,
      fix: `Write the Dockerfile. For an image that is built elsewhere, set ${field}: Image.of('NAME:TAG').`,
    });
  } else if (!image.valid) {
    yield row('image-invalid', {
      message: 'The image reference is invalid.',
      field,
      expected: 'registry/name:tag or name@sha256:…',
      got: show(image.reference),
      fix: 'Write the reference as `docker pull` accepts it, such as registry.example.com/shop/cart:1.2.3.',
    });
  } else if (!image.pinned) {
    yield row('image-unpinned', {
      message: 'The image tag is not pinned.',
      field,
      expected: 'a tag other than latest, or a digest',
      got: show(image.reference),
      fix: `Name a release, such as ${image.reference.replace(/:latest$/, '')}:1.2.3.`,
    });
  }
}

/** An image is an object, because a text does not say whether it is built or pulled. */
function textFix(field: string, text: string): string {
  return `Write ${field}: Image.of('${text}'), with import { Image } from 'callsign-k8s'.`;
}

/** Whether a value is an absolute path in a container or a URL, without patterns, spaces and the parts `.` and `..`. */
export function isPlainPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    /^\/[^\s*?#\\]*$/.test(path) &&
    !path.split('/').some((part) => part === '.' || part === '..') &&
    !path.includes('//')
  );
}

/** The size of a connection pool. */
export function* poolProblems(pool: number | undefined): Found {
  if (pool === undefined) return;
  const fix = 'Write the number of connections of one replica, such as pool: 5.';
  yield* integer('pool', pool, { code: 'connections-exceeded', min: 1, fix });
}
