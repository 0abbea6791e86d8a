import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../basics/package-folder';
import type { Finding } from './finding';
import { isAtLeast } from './versions';

/** The versions of Node.js that Callsign supports, as package.json has them: `>=20.19`. */
export function supportedNode(): string {
  const text = readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8');
  return (JSON.parse(text) as { engines: { node: string } }).engines.node;
}

export function nodeFinding(version: string, range: string): Finding {
  const least = range.replace('>=', '');
  const base = { name: 'node', found: version, why: `runs Callsign, which needs ${least} or newer` };
  return isAtLeast(version, least)
    ? { ...base, state: 'ok' }
    : { ...base, state: 'missing', fix: `Install Node.js ${least} or newer.` };
}
