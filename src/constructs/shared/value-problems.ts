import { Image } from '../../images/image';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';

// What can be wrong with a value wherever it stands; several constructs take it.

/** What is wrong with an image. */
export function* imageProblems(image: unknown, field = 'image'): Generator<ProblemRow> {
  if (!(image instanceof Image)) {
    yield [
      'image-invalid',
      {
        message: 'There is no image.',
        field,
        expected: "Image.of('name:tag') or Image.service('name')",
        got: show(image),
        fix: 'Say what it runs.',
      },
    ];
  } else if (image.source?.site && !image.source.found) {
    yield [
      'site-not-built',
      {
        message: `There is no ${image.source.site.folder}/index.html, so there is no page to serve.`,
        field: 'folder',
        expected: 'the folder with the built page',
        got: show(image.source.site.folder),
        fix: 'Build the page first, as with npm run build, or correct the folder.',
      },
    ];
  } else if (image.source?.found === false) {
    yield [
      'image-source-missing',
      {
        message: `There is no ${image.source.dockerfile} to build the image from.`,
        field,
        fix: 'Write the Dockerfile, or use Image.of() for an image that is built elsewhere.',
      },
    ];
  } else if (!image.valid) {
    yield [
      'image-invalid',
      {
        message: 'It is not the name of an image.',
        field,
        expected: 'registry/name:tag or name@sha256:…',
        got: show(image.reference),
        fix: 'Write the name as `docker pull` takes it.',
      },
    ];
  } else if (!image.pinned) {
    yield [
      'image-unpinned',
      {
        message: 'The image means something else after the next push.',
        field,
        expected: 'a tag other than latest, or a digest',
        got: show(image.reference),
        fix: `Name a release, such as ${image.reference.replace(/:latest$/, '')}:1.2.3.`,
      },
    ];
  }
}

/** What is wrong with the number of a port. */
export function* portProblems(field: string, port: unknown): Generator<ProblemRow> {
  if (!Number.isInteger(port) || (port as number) < 1 || (port as number) > 65535) {
    yield [
      'port-invalid',
      {
        message: 'Nothing can listen on this port.',
        field,
        expected: 'a whole number from 1 to 65535',
        got: show(port),
        fix: 'Name the port the program listens on.',
      },
    ];
  }
}

/** A path in a container or of a URL: absolute, and meant as it stands. */
export function isPlainPath(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    /^\/[^\s*?#\\]*$/.test(path) &&
    !path.split('/').some((part) => part === '.' || part === '..') &&
    !path.includes('//')
  );
}
