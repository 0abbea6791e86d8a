import type { KeyOfUnion } from '../../problems/unknown-options';
import type { Scaling, MicroserviceBase } from '../microservice/options';

/** The options of a static site. Only the folder is required. */
export type StaticSiteOptions = StaticSiteBase & Scaling;

/** The options except those that set the number of replicas. */
export interface StaticSiteBase extends Pick<MicroserviceBase, 'resources' | 'shutdown' | 'scheduleImage'> {
  /** The folder with the built page: `index.html` and its files. */
  readonly folder: string;
  /**
   * Whether unknown paths show the page, for an app with client-side routing. Missing files and paths below `/api`
   * always get the status 404.
   * @default true
   */
  readonly fallback?: boolean;
  /**
   * Folders whose file names contain a hash of the content, as bundlers write them; `/` for the whole page. Browsers
   * cache these files permanently and revalidate all others.
   * @default ['assets', 'static']
   */
  readonly assets?: readonly string[];
  /**
   * The number of previous releases whose assets are still served, for pages that are still open.
   * @default 3
   */
  readonly keep?: number;
  /**
   * Response headers, such as `content-security-policy`.
   * @default - only the headers that a static site needs
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The name of the image without a tag, with the registry if there is one.
   * @default - `callsign/NAME`
   */
  readonly repository?: string;
}

/** The names of the options. The microservice of the site checks the options inside them. @internal */
export const STATIC_SITE_OPTIONS: Readonly<Record<KeyOfUnion<StaticSiteOptions>, true>> = {
  folder: true,
  fallback: true,
  assets: true,
  keep: true,
  headers: true,
  repository: true,
  replicas: true,
  autoscale: true,
  schedule: true,
  timeZone: true,
  scheduleImage: true,
  resources: true,
  shutdown: true,
};
