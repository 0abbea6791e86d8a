import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Stores images as files: local images in one folder, and images of registries in another. The registry `forbidden` denies access, and `away` is unavailable. */
const PROGRAM = `#!${process.execPath}
const { existsSync, readFileSync, writeFileSync, appendFileSync, cpSync, readdirSync } = require('node:fs');
const { createHash } = require('node:crypto');
const path = (kind, name) => __dirname + '/' + kind + '/' + encodeURIComponent(name);
const fail = (text) => { console.error(text); process.exit(1); };
const [command, ...args] = process.argv.slice(2);
appendFileSync(__dirname + '/calls', [command, ...args].join(' ') + '\\n');
const last = args.at(-1);
const content = (name) => path('content', name.replace(/@.*/, '').replace(/^.*(?=callsign)/, ''));
if (command === 'image' && args[0] === 'ls') {
  for (const name of readdirSync(__dirname + '/local').map(decodeURIComponent)) if (name.startsWith(last + ':')) console.log(name);
} else if (command === 'create') {
  if (!existsSync(content(last)) || last.startsWith('gone.')) fail('No such image: ' + last);
  console.log(encodeURIComponent(last));
} else if (command === 'cp') cpSync(content(decodeURIComponent(args[0].split(':/app')[0])) + '/site', last, { recursive: true });
else if (command === 'image') {
  if (!existsSync(path('local', last))) fail('No such image: ' + last);
  console.log(readFileSync(path('local', last), 'utf8').startsWith('pulled') ? JSON.stringify([last.replace(/:[^:/]+$/, '') + '@sha256:' + '1'.repeat(64)]) : '[]');
} else if (command === 'build') {
  const tag = args[args.indexOf('--tag') + 1];
  writeFileSync(path('local', tag), 'built');
  cpSync(last, content(tag), { recursive: true });
} else if (command === 'tag') {
  if (!existsSync(path('local', args[0]))) fail('No such image: ' + args[0]);
  writeFileSync(path('local', last), 'built');
} else if (command === 'push') {
  if (last.startsWith('forbidden.')) fail('denied: requested access to the resource is denied');
  writeFileSync(path('registry', last), last);
} else if (command === 'buildx') {
  if (last.startsWith('away.')) fail('ERROR: dial tcp: connect: connection refused');
  if (last.startsWith('forbidden.')) fail('ERROR: insufficient_scope: authorization failed');
  if (args[1] === 'create') {
    const tag = args[args.indexOf('--tag') + 1];
    if (tag.startsWith('proxy.')) fail('ERROR: unexpected status: 405 Method Not Allowed');
    writeFileSync(path('registry', tag), last);
    if (last.includes('@')) writeFileSync(path('registry', tag.replace(/:[^:/]+$/, '@') + last.split('@')[1]), last);
    process.exit(0);
  }
  const digest = last.split('@')[1];
  if (!existsSync(path('registry', last.replace(/:[^:/]+@/, '@')))) fail('ERROR: ' + last + ': not found');
  console.log('Name:      ' + last + '\\nMediaType: application/vnd.oci.image.index.v1+json\\nDigest:    ' + (digest ?? 'sha256:' + createHash('sha256').update(last).digest('hex')) + '\\n');
}
`;

/** A fake `docker` command for tests. */
export interface FakeDocker {
  /** A PATH that finds it first. */
  readonly path: string;
  /** The builds, pushes and copies since the last call. */
  done(): string[];
  /** The folder with the build context of an image. */
  content(reference: string): string;
  /** Adds a pulled image. */
  pulled(reference: string): void;
  /** Adds an image to a registry. */
  inRegistry(reference: string): void;
}

export function useFakeDocker(): FakeDocker {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'callsign-docker-'));
    for (const name of ['local', 'registry', 'content']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'docker'), PROGRAM);
    chmodSync(join(folder, 'docker'), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return {
    get path() {
      return `${folder}${delimiter}${process.env.PATH}`;
    },
    done() {
      const calls = existsSync(join(folder, 'calls'))
        ? readFileSync(join(folder, 'calls'), 'utf8').split('\n').filter(Boolean)
        : [];
      rmSync(join(folder, 'calls'), { force: true });
      return calls
        .filter((call) => /^(build|push|buildx imagetools create) /.test(call))
        .map((call) => call.replace(/ --(quiet|file \S+|build-context \S+)/g, ''));
    },
    content: (reference) => join(folder, 'content', encodeURIComponent(reference)),
    inRegistry: (reference) => writeFileSync(join(folder, 'registry', encodeURIComponent(reference)), 'there'),
    pulled: (reference) => writeFileSync(join(folder, 'local', encodeURIComponent(reference)), 'pulled'),
  };
}
