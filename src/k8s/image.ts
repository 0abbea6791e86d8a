import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const REFERENCE =
  /^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/i;

/** What a container runs, by a name that always means the same content. */
export class Image {
  /** An image of somebody else: `postgres:17`, `ghost:6.2-alpine`, `registry.example.com/shop@sha256:…`. */
  static of(reference: string): Image {
    return new Image(reference);
  }

  /**
   * A service of ours, from `services/NAME`. Its tag is a hash of everything that its Dockerfile copies,
   * so only a service whose content changed gets a new tag, and only its pods are replaced.
   */
  static service(name: string, options: ServiceImageOptions = {}): Image {
    const folder = options.folder ?? 'services';
    const repository = options.repository ?? `callsign/${name}`;
    const tag = sourceHash(folder, name);
    return new Image(tag ? `${repository}:${tag}` : repository, {
      context: folder,
      dockerfile: join(folder, name, 'Dockerfile'),
      found: tag !== undefined,
    });
  }

  private constructor(
    readonly reference: string,
    readonly source?: ImageSource,
  ) {}

  /** Whether a container runtime can pull it. */
  get valid(): boolean {
    return REFERENCE.test(this.reference);
  }

  /** Whether it names one content for ever: a digest, or a tag that is not `latest`. */
  get pinned(): boolean {
    const [, tag, digest] = REFERENCE.exec(this.reference) ?? [];
    return digest !== undefined || (tag !== undefined && tag !== 'latest');
  }
}

/** What an image of ours is built from. */
export interface ImageSource {
  /** The folder that the Dockerfile's COPY lines are relative to. */
  readonly context: string;
  readonly dockerfile: string;
  /** Whether the Dockerfile is there. */
  readonly found: boolean;
}

/** Where the sources of a service are and what its image is called. */
export interface ServiceImageOptions {
  /**
   * The folder that holds the services; also the context of their Dockerfiles.
   * @default 'services'
   */
  readonly folder?: string;
  /**
   * The image's name without a tag, with the registry if there is one.
   * @default `callsign/NAME`
   */
  readonly repository?: string;
}

/**
 * A hash of the Dockerfile and of every file that its COPY lines take from the context: what the image is
 * built from, and nothing else. Undefined when there is no such Dockerfile.
 */
export function sourceHash(context: string, name: string): string | undefined {
  const dockerfile = join(context, name, 'Dockerfile');
  if (!existsSync(dockerfile)) return undefined;
  const text = readFileSync(dockerfile, 'utf8');
  const sources = new Set<string>();
  for (const [, words = ''] of text.replace(/\\\r?\n/g, ' ').matchAll(/^\s*(?:COPY|ADD)\s+(.+)$/gim)) {
    if (/--from=/.test(words)) continue;
    for (const source of words
      .split(/\s+/)
      .filter((word) => !word.startsWith('--'))
      .slice(0, -1))
      sources.add(source);
  }
  const hash = createHash('sha256').update(text);
  for (const source of [...sources].toSorted()) {
    for (const file of filesBelow(context, source)) hash.update(`\0${file}\0`).update(readFileSync(join(context, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** The files at or below a path in a fixed order, without those that `.dockerignore` keeps out of every image. */
function filesBelow(context: string, path: string): string[] {
  if (!existsSync(join(context, path))) return [];
  try {
    return readdirSync(join(context, path), { withFileTypes: true })
      .filter((entry) => entry.name !== 'node_modules')
      .map((entry) => join(path, entry.name))
      .toSorted()
      .flatMap((child) => filesBelow(context, child));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
