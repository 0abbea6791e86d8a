import { rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { siteHash } from '../images/source/site';
import { stageSite } from '../images/docker/stage-site';
import type { Calls } from './calls';
import { containerCommand, containerEnvironment } from './docker/container';
import { claimMounts, containerMounts } from './docker/container-mounts';
import { killContainer } from './docker/docker';
import { makeVolume } from './docker/volume';
import type { LocalApp } from './model/local-app';
import { localMounts } from './model/mounts';
import type { LocalPod } from './model/part';
import type { ImageProgram, SourceProgram } from './model/program';
import { replicaVariables } from './model/replica-variables';
import { freePort, type Reach } from './network/ports';
import { localCommand, machineVariables, proxyVariables } from './run/command';
import type { MakeReplica } from './run/part-runner';
import type { LocalFolder } from './storage/folder';
import type { LocalSecrets } from './storage/secrets';
import { otlpVariables } from './traces/otlp-receiver';

/** What all replicas of a local run share. */
export interface RunParts {
  readonly app: LocalApp;
  readonly folder: LocalFolder;
  readonly secrets: LocalSecrets;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The port that takes spans. */
  readonly spansPort: number;
  /** How containers reach this machine. Undefined if nothing runs in containers. */
  readonly docker: Reach | undefined;
  /** The label and the first part of the names of all containers. */
  readonly containers: string;
}

/** How the replicas of a part start: as processes of this machine, or as containers. */
export function replicaStarts(part: LocalPod, calls: Calls, run: RunParts): MakeReplica {
  const { program } = part;
  return 'image' in program ? inContainers(part, program, calls, run) : fromSource(part, program, calls, run);
}

function fromSource(part: LocalPod, program: SourceProgram, calls: Calls, run: RunParts): MakeReplica {
  const { app, folder, secrets, environment, spansPort } = run;
  const site = part.source?.site;
  if (site) rmSync(folder.folder('sites', part.name), { recursive: true });
  const mounts = localMounts(part, app, folder, secrets);
  const command = localCommand(program.command);
  return async () => {
    const ports = await portsOf(part);
    const own = replicaVariables(part, { app, secrets, mounts, calls: calls.variables, ports });
    const machine = machineVariables(command, calls, environment);
    const env = {
      ...machine,
      ...otlpVariables(spansPort, part.name),
      ...own,
      // All replicas of a static site have the same files.
      ...(site && { SITE_PEERS: '' }),
      NODE_OPTIONS: [machine.NODE_OPTIONS, own.NODE_OPTIONS].filter(Boolean).join(' '),
    };
    if (!site) return { command, folder: program.folder, env, ports };
    // A new folder, because the old replicas still serve the old page.
    const staged = folder.folder('sites', part.name, siteHash(site) ?? 'missing');
    await stageSite(site, staged);
    return { command, folder: staged, env, ports };
  };
}

function inContainers(part: LocalPod, { image }: ImageProgram, calls: Calls, run: RunParts): MakeReplica {
  const { app, folder, secrets, environment, docker, containers } = run;
  const { container, grace, user } = part;
  const claims = claimMounts(part, containers);
  const mounts = [
    ...containerMounts(part, app, folder, secrets),
    ...claims.map(({ volume, mountPath }) => `type=volume,source=${volume},target=${mountPath}`),
  ];
  const volumes = lazy(() => Promise.all(claims.map((claim) => makeVolume(claim, { image, user, environment }))));
  return async () => {
    await volumes();
    const ports = await portsOf(part);
    const own = replicaVariables(part, { app, secrets, mounts: new Map(), calls: calls.variables, ports: new Map() });
    const env = { ...proxyVariables(docker!.host, calls.proxyPort), ...own };
    const containerName = `${containers}-${part.name}-${randomBytes(4).toString('hex')}`;
    return {
      command: containerCommand({
        name: containerName,
        label: containers,
        image,
        container,
        user,
        ports,
        env,
        mounts,
        grace,
      }),
      folder: folder.path,
      env: containerEnvironment(environment, env),
      ports,
      containerName,
      onKill: () => killContainer(containerName, environment),
    };
  };
}

function lazy<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= make());
}

async function portsOf({ container }: LocalPod): Promise<Map<number, number>> {
  const ports = new Map<number, number>();
  const inside = new Set(container.ports?.map(({ containerPort }) => containerPort));
  for (const port of inside) ports.set(port, await freePort());
  return ports;
}
