import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Images from scratch have the program in another place than those with a file system. */
const PLACES = ['/nats-server', '/usr/local/bin/nats-server'];

/** The path of the program `nats-server`: from the PATH, or else from the image that pods run. */
export function natsProgram(image = 'nats:2.15'): string {
  if (spawnSync('nats-server', ['--version']).status === 0) return 'nats-server';
  const folder = join(tmpdir(), `callsign-${image.replace(':', '-')}`);
  const file = join(folder, 'nats-server');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  // Without Docker there is no output.
  const { stdout } = spawnSync('docker', ['create', image], { encoding: 'utf8' }) as { stdout: string | null };
  const container = stdout?.trim() ?? '';
  // Other test files may do the same at once, so the file appears complete or not at all.
  const part = `${file}.${process.pid}`;
  const isCopied =
    container !== '' && PLACES.some((place) => spawnSync('docker', ['cp', `${container}:${place}`, part]).status === 0);
  if (container !== '') spawnSync('docker', ['rm', container]);
  if (!isCopied)
    throw new Error(
      `This test needs nats-server. Install it: go install github.com/nats-io/nats-server/v2@v2.15.0, or start Docker, which then pulls ${image}.`,
    );
  renameSync(part, file);
  return file;
}
