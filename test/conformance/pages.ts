import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '../..');

const namesIn = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);

/** The pages in docs. */
export const DOCS = namesIn('docs').filter((name) => name.endsWith('.md'));

/** All pages for readers, without CHANGELOG.md, which may name removed things. */
export const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CODE_OF_CONDUCT.md',
  'SECURITY.md',
  '.github/pull_request_template.md',
  'llms.txt',
  ...DOCS,
  ...['services', ...namesIn('services')]
    .map((folder) => `${folder}/README.md`)
    .filter((name) => existsSync(join(root, name))),
];

export const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** A block of code. If it is a file of a project, its fence has the path: ```ts src/charts/app.ts. */
interface Snippet {
  readonly language: string;
  readonly path: string | undefined;
  readonly code: string;
  /** The text between the previous block and this one. */
  readonly before: string;
}

export function snippetsOf(page: string): Snippet[] {
  let end = 0;
  const text = textOf(page);
  return [...text.matchAll(/^ *```(\w*)(?: ([^\n]*))?\n(.*?)^ *```$/gms)].map((match) => {
    const [all, language = '', info = '', code = ''] = match;
    const before = text.slice(end, match.index);
    end = match.index + all.length;
    return { language, path: info.includes('.') ? info : undefined, code, before };
  });
}
