import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the stand-ins of programs need themselves. */
const TOOLS = ['/bin/sh', '/bin/cat', '/bin/rm', '/bin/sleep'];

/** A folder with stand-ins of programs for a test. A PATH of only this folder has no other programs. */
export function standInPrograms(): { readonly path: string; put(name: string, script: string): void } {
  let folder = '';
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'callsign-doctor-')), 'bin');
    mkdirSync(folder);
    for (const tool of TOOLS) symlinkSync(tool, join(folder, tool.slice('/bin/'.length)));
    symlinkSync(process.execPath, join(folder, 'node'));
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  return {
    get path() {
      return folder;
    },
    put(name, script) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    },
  };
}

/** What docker prints if its engine answers. */
export const DOCKER = `echo '{"Client":{"Version":"28.2.2"},"Server":{"Version":"27.5.1","Os":"linux"}}'`;
/** A kind with these clusters. */
export const kindWith = (...clusters: string[]): string =>
  `if [ "$1" = version ]; then echo 'kind v0.31.0 go1.25.5 linux/amd64'; else printf '%s\\n' ${clusters.join(' ')}; fi`;
