import type { Scaling, MicroserviceBase } from '../microservice/options';

/** What makes up a static site. Only the folder has to be said. */
export type StaticSiteOptions = StaticSiteBase & Scaling;

/** The options beside the number of copies. */
export interface StaticSiteBase extends Pick<MicroserviceBase, 'resources' | 'shutdown' | 'scheduleImage'> {
  /** The folder with the built page: `index.html` and all that belongs to it. */
  readonly folder: string;
  /**
   * Whether paths that are no files show the page, for an app that has paths of its own. Missing files, and what is below
   * `/api`, are not found in any case.
   * @default true
   */
  readonly fallback?: boolean;
  /**
   * The folders in it whose files get another name with each change, as bundlers give them; `/` for the whole page.
   * Browsers keep such files for ever and ask for all others each time.
   * @default ['assets', 'static']
   */
  readonly assets?: readonly string[];
  /**
   * Of how many earlier releases the assets are still answered, for pages that are open since then.
   * @default 3
   */
  readonly keep?: number;
  /**
   * Headers of every answer, such as `content-security-policy`.
   * @default - none but those that a static site needs
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The image's name without a tag, with the registry if there is one.
   * @default - `callsign/NAME`
   */
  readonly repository?: string;
}
