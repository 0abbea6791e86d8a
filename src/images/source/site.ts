import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** A built page, and how it is served. */
export interface SiteSource {
  /** The folder that holds it. */
  readonly folder: string;
  /** Folders in it whose files have names that change with their content. */
  readonly assets: readonly string[];
  /** Of how many earlier releases such files are still answered. */
  readonly keep: number;
}

/** The server, which is the same for all sites; it stands beside the sources, and in the package. */
export const SITE_PROGRAM = join(__dirname, '../../../static-site');
/** What of it goes into an image. */
export const PROGRAM_FILES = ['Dockerfile', 'server.mts', 'peers.mts'];

/** The files of a page by their path below its folder; what begins with a dot stays at home. */
export function siteFiles(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .toSorted()
    .flatMap((name) => {
      if (name.startsWith('.') && name !== '.well-known') return [];
      const path = posix.join(below, name);
      return statSync(join(folder, path)).isDirectory() ? siteFiles(folder, path) : [path];
    });
}

/** A hash of the page and the server; undefined when there is no page. */
export function siteHash({ folder, assets, keep }: SiteSource): string | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const hash = createHash('sha256').update(JSON.stringify([assets, keep]));
  for (const name of PROGRAM_FILES) hash.update(`\0${name}\0`).update(readFileSync(join(SITE_PROGRAM, name)));
  for (const path of siteFiles(folder)) hash.update(`\0${path}\0`).update(readFileSync(join(folder, path)));
  return hash.digest('hex').slice(0, 12);
}

/** Eight letters as Rollup, Vite and esbuild write them; no word, no date, no size of a picture. */
const SHORT = '[.-](?![a-z_-]{8}|[A-Z][a-z_-]{7}|[\\d_-]{8}|\\d+x\\d+)[\\w-]{8}';
/** Hexadecimal, as webpack, Parcel and Next write it, also as the whole name. */
const LONG = '[./-](?=[a-f]*\\d)(?=\\d*[a-f])[\\da-f]{8,64}';

/**
 * Which paths change with their content: those in the folders for that, with a hash in their names. Whatever is not
 * taken for one is asked for again by browsers, and that is all.
 */
export function hashedPaths(assets: readonly string[]): string {
  const folders = assets.map((folder) => folder.replace(/^\/|\/$/g, '').replace(/[.+^${}()|[\]\\*?]/g, '\\$&'));
  const inside = folders.map((folder) => (folder === '' ? '' : `/${folder}`)).join('|');
  return folders.length === 0
    ? '$^'
    : `^(?:${inside})(?:/.*)?(?:${SHORT}|${LONG})(?:\\.(?:chunk|bundle|module|min))?\\.[a-z0-9]+(?:\\.map)?$`;
}
