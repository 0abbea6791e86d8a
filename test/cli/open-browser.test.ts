import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserProgram, openBrowser } from '../../src/cli/open-browser';
import { temporaryFolder } from './run';

// Programs start late on a busy machine.
jest.setTimeout(30_000);

const folder = temporaryFolder();
const size = () => ({ columns: 80, rows: 24 });
const DESKTOP = { DISPLAY: ':0' };

/** A program that writes its arguments to the file `opened`. */
function program(name: string): string {
  const path = folder.put(`bin/${name}`, `#!/bin/sh\necho "$0 $*" > ${join(folder.path, 'opened')}\n`);
  chmodSync(path, 0o755);
  return path;
}
const PATH = () => `/nowhere::${join(folder.path, 'bin')}`;

describe('the program', () => {
  test.each([
    ['macOS', 'darwin', {}, 'open'],
    ['Linux with X11', 'linux', DESKTOP, 'xdg-open'],
    ['Linux with Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
    ['Linux without a desktop', 'linux', {}, undefined],
    ['the Windows Subsystem for Linux', 'linux', { WSL_DISTRO_NAME: 'Ubuntu' }, 'wslview'],
    ['another platform', 'freebsd', DESKTOP, undefined],
  ] as const)('of %s', (_, platform, environment, expected) => {
    for (const name of ['open', 'xdg-open', 'wslview']) program(name);
    expect(browserProgram({ PATH: PATH(), ...environment }, platform)).toBe(
      expected && join(folder.path, 'bin', expected),
    );
  });

  test('of the Windows Subsystem for Linux without wslview', () => {
    const path = program('xdg-open');
    expect(browserProgram({ PATH: PATH(), WSL_DISTRO_NAME: 'Ubuntu', ...DESKTOP }, 'linux')).toBe(path);
    expect(browserProgram({ PATH: PATH(), WSL_DISTRO_NAME: 'Ubuntu' }, 'linux')).toBeUndefined();
  });

  test('is none if it is not in PATH, is not executable or is a folder', () => {
    expect(browserProgram({ PATH: PATH(), ...DESKTOP }, 'linux')).toBeUndefined();
    expect(browserProgram(DESKTOP, 'linux')).toBeUndefined();
    chmodSync(program('xdg-open'), 0o644);
    expect(browserProgram({ PATH: PATH(), ...DESKTOP }, 'linux')).toBeUndefined();
    folder.put('bin/open/file', '');
    expect(browserProgram({ PATH: PATH() }, 'darwin')).toBeUndefined();
  });
});

describe('opening', () => {
  /** What was opened within some seconds. */
  async function opened(ms = 20_000): Promise<string | undefined> {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
      try {
        const text = readFileSync(join(folder.path, 'opened'), 'utf8');
        if (text.endsWith('\n')) return text;
      } catch {
        // Not yet.
      }
    }
    return undefined;
  }
  const ADDRESS = 'http://localhost:8080/_callsign/?token=a&b=$(c)';

  test('passes the address as it is', async () => {
    const path = program('xdg-open');
    openBrowser(ADDRESS, { size, environment: { PATH: `${PATH()}:/bin`, ...DESKTOP } }, 'linux');
    expect(await opened()).toBe(`${path} ${ADDRESS}\n`);
  });

  test.each([
    ['CI', { size, environment: { CI: 'true' } }],
    ['a connection by SSH', { size, environment: { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }],
    ['no terminal', { environment: {} }],
  ])('does nothing with %s', async (_, io: { size?: typeof size; environment: Record<string, string> }) => {
    program('xdg-open');
    openBrowser(ADDRESS, { ...io, environment: { ...io.environment, ...DESKTOP, PATH: `${PATH()}:/bin` } }, 'linux');
    expect(await opened(300)).toBeUndefined();
  });

  test('ignores a program that cannot start', async () => {
    const path = folder.put('bin/xdg-open', '#!/nowhere/interpreter\n');
    chmodSync(path, 0o755);
    openBrowser(ADDRESS, { size, environment: { PATH: PATH(), ...DESKTOP } }, 'linux');
    expect(await opened(300)).toBeUndefined();
  });
});
