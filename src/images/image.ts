import { join } from 'node:path';
import { SITE_PROGRAM, siteHash, type SiteSource } from './source/site';
import { sourceHash } from './source/source-hash';

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
    const dockerfile = join(folder, options.dockerfile ?? join(name, 'Dockerfile'));
    const tag = sourceHash(folder, dockerfile);
    return new Image(tag ? `${repository}:${tag}` : repository, {
      context: folder,
      dockerfile,
      found: tag !== undefined,
    });
  }

  /** A built page, in an image with a small server of ours. Its tag is a hash of both. @internal */
  static site(name: string, site: SiteSource, repository = `callsign/${name}`): Image {
    const tag = siteHash(site);
    return new Image(tag ? `${repository}:${tag}` : repository, {
      context: site.folder,
      dockerfile: join(SITE_PROGRAM, 'Dockerfile'),
      found: tag !== undefined,
      site,
    });
  }

  private constructor(
    readonly reference: string,
    readonly source?: ImageSource,
  ) {}

  /** The same image as a registry gives it out; one whose name says its registry stays there. @internal */
  from(registry: string | undefined): Image {
    const [host = '', ...rest] = this.reference.split('/');
    const named = rest.length > 0 && /[.:]|^localhost$/.test(host);
    return registry === undefined || named ? this : new Image(`${registry}/${this.reference}`, this.source);
  }

  /** The same image, named by its content; the tag stays for people. @internal */
  at(digest: string): Image {
    return new Image(`${this.reference}@${digest}`, this.source);
  }

  /** Whether its name holds a digest. @internal */
  get byDigest(): boolean {
    return REFERENCE.exec(this.reference)?.[2] !== undefined;
  }

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
  /** What it serves, when it is a static site. @internal */
  readonly site?: SiteSource;
}

/** Where the sources of a service are and what its image is called. */
export interface ServiceImageOptions {
  /**
   * The folder that holds the services; also the context of their Dockerfiles.
   * @default 'services'
   */
  readonly folder?: string;
  /**
   * The Dockerfile, from that folder.
   * @default `NAME/Dockerfile`
   */
  readonly dockerfile?: string;
  /**
   * The image's name without a tag, with the registry if there is one.
   * @default `callsign/NAME`
   */
  readonly repository?: string;
}
