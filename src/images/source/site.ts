import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { PACKAGE_FOLDER } from '../../basics/package-folder';

/** A built page and how to serve it. */
export interface SiteSource {
  /** The folder of the page. */
  readonly folder: string;
  /** Folders in it whose files have names that change with their content. */
  readonly assets: readonly string[];
  /** The number of earlier releases whose files of this kind are kept. */
  readonly keep: number;
}

/** The server, which is the same for all sites. The package contains it. */
export const SITE_PROGRAM = join(PACKAGE_FOLDER, 'static-site');
/** The files of the server that go into an image. */
export const PROGRAM_FILES = ['Dockerfile', 'server.mts', 'peers.mts'];

/** The paths of the files of a page, without hidden files and folders. */
export function siteFiles(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .toSorted()
    .flatMap((name) => {
      if (name.startsWith('.') && name !== '.well-known') return [];
      const path = posix.join(below, name);
      return statSync(join(folder, path)).isDirectory() ? siteFiles(folder, path) : [path];
    });
}

/** A hash of the page and the server. Undefined if there is no page. */
export function siteHash({ folder, assets, keep }: SiteSource): string | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const hash = createHash('sha256').update(JSON.stringify([assets, keep]));
  for (const name of PROGRAM_FILES) hash.update(`\0${name}\0`).update(readFileSync(join(SITE_PROGRAM, name)));
  for (const path of siteFiles(folder)) hash.update(`\0${path}\0`).update(readFileSync(join(folder, path)));
  return hash.digest('hex').slice(0, 12);
}

/** A hash of eight characters, as Rollup, Vite and esbuild write it. Not a word, a date or the size of an image. */
const SHORT = '[.-](?![a-z_-]{8}|[A-Z][a-z_-]{7}|[\\d_-]{8}|\\d+x\\d+)[\\w-]{8}';
/** A hexadecimal hash, as webpack, Parcel and Next write it. It can be the whole name. */
const LONG = '[./-](?=[a-f]*\\d)(?=\\d*[a-f])[\\da-f]{8,64}';

/**
 * A pattern for the paths of files whose names change with their content: files in these folders with a hash in their names.
 * If it misses such a file, browsers only revalidate it more often.
 */
export function hashedPaths(assets: readonly string[]): string {
  const folders = assets.map((folder) => folder.replace(/^\/|\/$/g, '').replace(/[.+^${}()|[\]\\*?]/g, '\\$&'));
  const inside = folders.map((folder) => (folder === '' ? '' : `/${folder}`)).join('|');
  return folders.length === 0
    ? '$^'
    : `^(?:${inside})(?:/.*)?(?:${SHORT}|${LONG})(?:\\.(?:chunk|bundle|module|min))?\\.[a-z0-9]+(?:\\.map)?$`;
}
