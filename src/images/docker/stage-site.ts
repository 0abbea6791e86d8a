import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { lookup } from 'mrmime';
import { hashedPaths, PROGRAM_FILES, SITE_PROGRAM, siteFiles, type SiteSource } from '../source/site';

/** A file that the server serves. Its key in the table is its path. */
interface Entry {
  readonly type: string;
  readonly etag: string;
  readonly immutable: boolean;
  readonly size: number;
  readonly br?: number;
  readonly gzip?: number;
}

/** The table that the server reads: all files, and the hashed assets of each release, with the newest release first. */
interface Table {
  readonly hashed: string;
  readonly files: Readonly<Record<string, Entry>>;
  readonly releases: readonly (readonly string[])[];
}

/** Smaller files fit into one or two packets without compression. */
const WORTH_COMPRESSING = 1024;
const FORMS = ['files', 'br', 'gzip'] as const;

/** Creates the build context of a site: the server, the page, and the assets of earlier releases from the previous image. */
export async function stageSite(
  source: SiteSource,
  target: string,
  previous?: string,
): Promise<{ files: number; carried: number }> {
  for (const name of PROGRAM_FILES) cpSync(join(SITE_PROGRAM, name), join(target, name));
  const site = join(target, 'site');
  const hashed = hashedPaths(source.assets);
  const isHashed = new RegExp(hashed);
  const files: Record<string, Entry> = {};
  for (const name of siteFiles(source.folder)) {
    const path = `/${name}`;
    files[path] = await stageFile(readFileSync(join(source.folder, name)), path, site, isHashed.test(path));
  }
  const own = Object.keys(files).filter((path) => files[path]!.immutable);
  const before = previous === undefined ? undefined : readTable(previous);
  const earlier = before?.releases.slice(0, source.keep) ?? [];
  const carried = new Set(earlier.flat().filter((path) => files[path] === undefined && before!.files[path]));
  for (const path of carried) {
    files[path] = before!.files[path]!;
    for (const form of FORMS) {
      const from = join(previous!, form, path);
      if (existsSync(from)) cpSync(from, fileFor(site, form, path));
    }
  }
  const table: Table = { hashed, files, releases: [own, ...earlier] };
  writeFileSync(join(site, 'site.json'), JSON.stringify(table));
  return { files: Object.keys(files).length - carried.size, carried: carried.size };
}

async function stageFile(content: Buffer, path: string, site: string, immutable: boolean): Promise<Entry> {
  writeFileSync(fileFor(site, 'files', path), content);
  const kind = lookup(path) ?? 'application/octet-stream';
  const text = /^text\/|[/+](?:json|xml|javascript|wasm)$|manifest/.test(kind);
  const entry = {
    type: kind.startsWith('text/') || /javascript|json|xml/.test(kind) ? `${kind}; charset=utf-8` : kind,
    etag: createHash('sha256').update(content).digest('base64url').slice(0, 27),
    immutable,
    size: content.length,
  };
  if (!text || content.length < WORTH_COMPRESSING) return entry;
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  writeFileSync(fileFor(site, 'br', path), br);
  writeFileSync(fileFor(site, 'gzip', path), zipped);
  return { ...entry, br: br.length, gzip: zipped.length };
}

/** The table of an earlier image, or undefined if that image contains no site. */
function readTable(folder: string): Table | undefined {
  const file = join(folder, 'site.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Table) : undefined;
}

function fileFor(site: string, form: string, path: string): string {
  const file = join(site, form, path);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}
