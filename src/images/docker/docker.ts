import { spawn } from 'node:child_process';
import type { Code } from '../../problems/codes';

/** The result of a command. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Docker is missing, or a command failed. */
export class DockerError extends Error {
  constructor(
    message: string,
    readonly code: Code = 'image-not-built',
  ) {
    super(message);
  }
}

/** How to install each program. */
export const INSTALL = {
  docker: 'Install Docker Engine or Docker Desktop, and start it.',
  kind: 'Install kind from kind.sigs.k8s.io.',
};

/** Runs docker and returns its exit code and output. */
export function docker(...args: string[]): Promise<Ended> {
  return run('docker', args);
}

/** Runs docker and returns its output. If the command fails, throws an error with the output. */
export function dockerMust(...args: string[]): Promise<string> {
  return must('docker', args);
}

/** Loads images of this machine into every node of a kind cluster. */
export async function loadIntoKind(cluster: string, references: readonly string[]): Promise<void> {
  await must('kind', ['load', 'docker-image', '--name', cluster, ...references]);
}

async function run(tool: keyof typeof INSTALL, args: string[]): Promise<Ended> {
  const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', () => reject(new DockerError(`The command ${tool} cannot be run. ${INSTALL[tool]}`)));
    child.on('close', (exit) => resolve(exit ?? 1));
  });
  return { code, out: out.trim(), error: error.trim() };
}

async function must(tool: keyof typeof INSTALL, args: string[]): Promise<string> {
  const { code, out, error } = await run(tool, args);
  if (code !== 0)
    throw new DockerError(
      `${tool} ${args[0]} failed with exit code ${code}:\n${[out, error].filter(Boolean).join('\n').split('\n').slice(-25).join('\n')}`,
    );
  return out;
}
