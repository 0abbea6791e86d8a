import { MissingProgram, run } from './support/command';
import { chromium } from './support/chromium';

const PROGRAMS = [
  {
    command: 'docker',
    args: ['version'],
    install: 'Docker Engine or Docker Desktop, and start it: https://docs.docker.com/get-docker/',
  },
  { command: 'kind', args: ['version'], install: 'kind: https://kind.sigs.k8s.io/docs/user/quick-start/#installation' },
  { command: 'kubectl', args: ['version', '--client'], install: 'kubectl: https://kubernetes.io/docs/tasks/tools/' },
];
const OPENSSL = { command: 'openssl', args: ['version'], install: 'OpenSSL (Debian: apt-get install openssl)' };

/** The missing programs and how to install them, one sentence each. */
export async function missingRequirements({
  browser,
  certificates,
}: {
  readonly browser: boolean;
  readonly certificates: boolean;
}): Promise<string[]> {
  const missing: string[] = [];
  for (const { command, args, install } of certificates ? [...PROGRAMS, OPENSSL] : PROGRAMS) {
    try {
      const { code, error } = await run(command, args, { timeoutMs: 20_000 });
      if (code !== 0) missing.push(`${command} does not work (${error.trim().split('\n').at(-1)}). Install ${install}`);
    } catch (error) {
      if (!(error instanceof MissingProgram)) throw error;
      missing.push(`${command} is not installed. Install ${install}`);
    }
  }
  if (browser && !chromium)
    missing.push(
      'Chromium is not installed. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.',
    );
  return missing;
}
