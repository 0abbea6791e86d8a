import type { ImageSource } from '../../images/image';
import { siteHash } from '../../images/source/site';
import { Sources } from '../../live/sources';

/** What an image is built from: files, or the page of a static site. */
export class SourceWatch {
  readonly #sources: Sources | undefined;
  #hash: string | undefined;

  constructor(private readonly source: ImageSource) {
    if (source.site) this.#hash = siteHash(source.site);
    else this.#sources = new Sources(source, '/');
  }

  /** Whether a file changed since the last call. */
  hasChanged(): boolean {
    const { site } = this.source;
    if (!site) {
      const { changed, removed } = this.#sources!.changes();
      return changed.length + removed.length > 0;
    }
    const before = this.#hash;
    this.#hash = siteHash(site);
    return this.#hash !== before;
  }
}
