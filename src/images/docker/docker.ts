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

/** Runs docker as `docker` does, for at most this time. After it, docker is killed and the result is undefined. */
export function dockerWithin(milliseconds: number, ...args: string[]): Promise<Ended | undefined> {
  return run('docker', args, milliseconds);
}

/** Runs docker and returns its output. If the command fails, throws an error with the output. */
export function dockerMust(...args: string[]): Promise<string> {
  return must('docker', args);
}

/** Loads images of this machine into every node of a kind cluster. */
export async function loadIntoKind(cluster: string, references: readonly string[]): Promise<void> {
  await must('kind', ['load', 'docker-image', '--name', cluster, ...references]);
}

async function run(tool: keyof typeof INSTALL, args: string[]): Promise<Ended>;
async function run(tool: keyof typeof INSTALL, args: string[], limit: number): Promise<Ended | undefined>;
async function run(tool: keyof typeof INSTALL, args: string[], limit?: number): Promise<Ended | undefined> {
  const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  const code = await new Promise<number | undefined>((resolve, reject) => {
    const late =
      limit === undefined
        ? undefined
        : setTimeout(() => {
            child.kill('SIGKILL');
            // A plugin of docker is a process of its own. It can keep the output open.
            child.stdout.destroy();
            child.stderr.destroy();
            resolve(undefined);
          }, limit);
    child.on('error', () => {
      clearTimeout(late);
      reject(new DockerError(`The command ${tool} cannot be run. ${INSTALL[tool]}`));
    });
    child.on('close', (exit) => {
      clearTimeout(late);
      resolve(exit ?? 1);
    });
  });
  if (code === undefined) return undefined;
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
