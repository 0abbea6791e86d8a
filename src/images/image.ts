import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemRow } from '../problems/problem';
import { unknownOptions, type OptionNames } from '../problems/unknown-options';
import { mirrored, type Mirror } from './mirror';
import { chooseContext } from './source/choose-context';
import { parseDockerfile } from './source/dockerfile';
import { SITE_PROGRAM, siteHash, type SiteSource } from './source/site';
import { sourceHash } from './source/source-hash';

const REFERENCE =
  /^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/i;

/** An image of a container. */
export class Image {
  /** A third-party image: `postgres:17`, `ghost:6.2-alpine`, `registry.example.com/shop@sha256:…`. */
  static of(reference: string): Image {
    return new Image(reference);
  }

  /**
   * The image of your own service, from `services/NAME`. Its tag is a hash of everything that its Dockerfile takes from
   * the build context. Only a service whose sources changed gets a new tag, so only its pods are replaced.
   *
   * The build context is `services/NAME`, or `services` if the COPY lines of the Dockerfile name files there.
   */
  static service(name: string, options: ServiceImageOptions = {}): Image {
    const folder = options.folder ?? 'services';
    const repository = options.repository ?? `callsign/${name}`;
    const own = join(name, 'Dockerfile');
    const exists = (path: string) => existsSync(join(folder, path));
    // Without its own Dockerfile, a service is built from that of all services. A name without a folder is a mistake.
    const shared = options.dockerfile === undefined && !exists(own) && exists(name) && exists('Dockerfile');
    const dockerfile = join(folder, options.dockerfile ?? (shared ? 'Dockerfile' : own));
    const args = options.args ?? (shared ? { SERVICE: name } : undefined);
    const { target } = options;
    const settings = { ...(args && { args }), ...(target !== undefined && { target }) };
    // The Dockerfile of all services, and one that the options name, have the context that the options name.
    const chosen = options.dockerfile === undefined && exists(own);
    const context = chosen
      ? chooseContext([join(folder, name), folder], parseDockerfile(readFileSync(dockerfile, 'utf8'), settings))
      : folder;
    const tag = sourceHash(context, dockerfile, settings);
    const problems = [...unknownOptions(options, SERVICE_IMAGE_OPTIONS)];
    return new Image(tag ? `${repository}:${tag}` : repository, {
      context,
      dockerfile,
      ...settings,
      found: tag !== undefined,
      ...(problems.length > 0 && { problems }),
    });
  }

  /** The image of a built page with our static file server. Its tag is a hash of both. @internal */
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

  /** The same image in a registry. An image whose name contains a registry is unchanged. @internal */
  from(registry: string | undefined): Image {
    const [host = '', ...rest] = this.reference.split('/');
    const named = rest.length > 0 && /[.:]|^localhost$/.test(host);
    return registry === undefined || named ? this : new Image(`${registry}/${this.reference}`, this.source);
  }

  /** The same image in a mirror. Our own images are unchanged. @internal */
  in(mirror: Mirror | undefined, own: readonly string[]): Image {
    return mirror === undefined || this.source ? this : new Image(mirrored(this.reference, mirror, own));
  }

  /** The same image with a digest. The tag stays, for readers. @internal */
  at(digest: string): Image {
    return new Image(`${this.reference}@${digest}`, this.source);
  }

  /** Whether its name contains a digest. @internal */
  get byDigest(): boolean {
    return REFERENCE.exec(this.reference)?.[2] !== undefined;
  }

  /** Whether a container runtime can pull it. */
  get valid(): boolean {
    return REFERENCE.test(this.reference);
  }

  /** Whether its name contains a digest, or a tag other than `latest`. */
  get pinned(): boolean {
    const [, tag, digest] = REFERENCE.exec(this.reference) ?? [];
    return digest !== undefined || (tag !== undefined && tag !== 'latest');
  }
}

/** What an image is built from. */
export interface ImageSource {
  /** The folder that the Dockerfile's COPY lines are relative to. */
  readonly context: string;
  readonly dockerfile: string;
  /** The values of `ARG` in the Dockerfile. */
  readonly args?: Readonly<Record<string, string>>;
  /** The stage of the Dockerfile that becomes the image. */
  readonly target?: string;
  /** Whether the Dockerfile exists. */
  readonly found: boolean;
  /** The problems of the options. Each construct with the image reports them. @internal */
  readonly problems?: readonly ProblemRow[];
  /** The page that it serves, if it is a static site. @internal */
  readonly site?: SiteSource;
}

/** The sources of a service, and the name of its image. */
export interface ServiceImageOptions {
  /**
   * The folder of the services. With `dockerfile`, it is also the build context.
   * @default 'services'
   */
  readonly folder?: string;
  /**
   * The path of the Dockerfile in that folder.
   * @default - `NAME/Dockerfile`, or else the `Dockerfile` of all services, whose context is the folder of the services
   */
  readonly dockerfile?: string;
  /**
   * The build arguments: values of `ARG` in the Dockerfile.
   * @default - `SERVICE=NAME` for the Dockerfile of all services, otherwise none
   */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * The stage of the Dockerfile that becomes the image, by its name.
   * @default - the last stage
   */
  readonly target?: string;
  /**
   * The name of the image without a tag, with its registry if it has one.
   * @default `callsign/NAME`
   */
  readonly repository?: string;
}

const SERVICE_IMAGE_OPTIONS: OptionNames<ServiceImageOptions> = {
  folder: true,
  dockerfile: true,
  args: true,
  target: true,
  repository: true,
};
