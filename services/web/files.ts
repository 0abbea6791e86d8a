// The files of the page: few and small, so they are read once and served from memory.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface StaticFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Only what stands in the folder itself can ever be served. `index.html` is `/`. */
export function readFiles(folder: string): StaticFile[] {
  return readdirSync(folder).map((name) => {
    const type = types[extname(name)];
    if (type === undefined) throw new Error(`the type of ${name} is not known`);
    const body = readFileSync(join(folder, name));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    return { path: name === 'index.html' ? '/' : `/${name}`, type, etag, body };
  });
}
