import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Io } from './command';

type Environment = Io['environment'];

/** Opens an address in the browser of the person at this terminal. Errors are ignored: the address is printed too. */
export function openBrowser(
  address: string,
  { size, environment }: Pick<Io, 'size' | 'environment'>,
  platform: NodeJS.Platform = process.platform,
): void {
  // A browser of a CI machine or of a machine far away is of no use.
  if (!size || environment.CI || environment.SSH_CONNECTION) return;
  const program = browserProgram(environment, platform);
  if (!program) return;
  spawn(program, [address], { detached: true, stdio: 'ignore', env: environment })
    .on('error', () => undefined)
    .unref();
}

/** The path of the program of this platform that opens an address. Undefined if there is none, or no desktop. */
export function browserProgram(environment: Environment, platform: NodeJS.Platform): string | undefined {
  if (platform === 'darwin') return inPath('open', environment);
  if (platform !== 'linux') return undefined;
  const ofWindows = environment.WSL_DISTRO_NAME ? inPath('wslview', environment) : undefined;
  if (ofWindows) return ofWindows;
  // Without a desktop, xdg-open starts a browser in the terminal.
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? inPath('xdg-open', environment) : undefined;
}

function inPath(program: string, { PATH = '' }: Environment): string | undefined {
  return PATH.split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
}
