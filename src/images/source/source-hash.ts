import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextFiles } from './build-context';
import { parseDockerfile } from './dockerfile';

/**
 * A hash of the Dockerfile and of every file that its COPY lines take from the context: what the image is
 * built from, and nothing else. Undefined when there is no such Dockerfile.
 */
export function sourceHash(context: string, dockerfile: string): string | undefined {
  if (!existsSync(dockerfile)) return undefined;
  const text = readFileSync(dockerfile, 'utf8');
  const hash = createHash('sha256').update(text);
  for (const source of [...parseDockerfile(text).sources].toSorted()) {
    for (const file of contextFiles(context, source))
      hash.update(`\0${file}\0`).update(readFileSync(join(context, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
