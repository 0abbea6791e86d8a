import { ANNOTATIONS } from '../k8s/keys';
import { readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import type { Kubectl } from './kubectl';
import type { SourceFile } from './sources';

/** A live microservice in the cluster. */
export interface LiveService {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** The folder in its pods that contains the source. */
  readonly folder: string;
}

/** A running pod of a live microservice. */
export interface LivePod {
  readonly name: string;
  readonly uid: string;
  readonly service: LiveService;
}

/** The running pods whose source is live, and the names of the pods that are not live. */
export async function podsOf(kubectl: Kubectl, service: LiveService): Promise<{ live: LivePod[]; other: string[] }> {
  const selector = Object.entries(service.labels)
    .map(([key, value]) => `${key}=${value}`)
    .join();
  const text = await kubectl.run(['get', 'pods', ...inNamespace(service), '--selector', selector, '--output', 'json']);
  const pods = (JSON.parse(text) as { items: V1Pod[] }).items.filter(
    ({ metadata }) => metadata?.deletionTimestamp === undefined,
  );
  const isLive = ({ metadata }: V1Pod) => metadata?.annotations?.[ANNOTATIONS.live] === service.folder;
  const runs = ({ status }: V1Pod) =>
    status?.containerStatuses?.some(({ name, state }) => name === service.name && state?.running) === true;
  return {
    live: pods
      .filter((pod) => isLive(pod) && runs(pod))
      .map(({ metadata }) => ({ name: metadata!.name!, uid: metadata!.uid!, service })),
    other: pods.filter((pod) => !isLive(pod)).map(({ metadata }) => metadata!.name!),
  };
}

/** Copies files into a pod, removes others, and restarts the program, in one command. */
export async function change(
  kubectl: Kubectl,
  { name, service }: LivePod,
  files: readonly SourceFile[],
  removed: readonly SourceFile[],
): Promise<void> {
  const gone = removed.flatMap(({ target }) => target ?? []);
  await kubectl.run(
    [
      'exec',
      '--stdin',
      ...inNamespace(service),
      name,
      '--container',
      service.name,
      '--',
      'sh',
      '-c',
      CHANGE,
      'live',
      service.folder,
      ...gone,
    ],
    await archiveOf(files, service.folder),
  );
}

async function archiveOf(files: readonly SourceFile[], folder: string): Promise<Buffer> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  for (const { file, target } of files) {
    const stats = statSync(file, { throwIfNoEntry: false });
    // A file that was just deleted is reported as removed the next time.
    if (target === undefined || !stats) continue;
    archive.entry({ name: posix.relative(folder, target), mode: 0o644 | (stats.mode & 0o111) }, readFileSync(file));
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Passes on each line of a pod's log from now on. Returns a function that stops it. */
export function logsOf(kubectl: Kubectl, { name, service }: LivePod, print: (line: string) => void): () => void {
  const child = kubectl.follow(
    ['logs', '--follow', '--tail=0', ...inNamespace(service), name, '--container', service.name],
    print,
  );
  return () => {
    child.kill();
    child.stdout!.destroy();
  };
}

// The first process of the container restarts the program on SIGHUP.
const CHANGE = 'tar -xmf - -C "$1" && shift && rm -f -- "$@" && kill -HUP 1';

function inNamespace({ namespace }: LiveService): string[] {
  return namespace === undefined ? [] : ['--namespace', namespace];
}
