import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childrenOf } from './memory';
import type { BenchProject } from './project';
import type { Running } from './running';

const PORT = 8190;

/** Runs the blog with callsign start. */
export function startCallsign(project: BenchProject): Running {
  const child = spawn(process.execPath, ['bin/callsign.js', 'start', '--no-open', '--port', String(PORT)], {
    cwd: project.folder,
    stdio: 'ignore',
  });
  return {
    port: PORT,
    programs: () => childrenOf(child.pid!),
    all: () => [child.pid!],
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}
