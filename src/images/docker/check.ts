import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1ConfigMap, V1Container, V1Deployment, V1PodSpec, V1StatefulSet } from '@kubernetes/client-node';
import type { KubeObject } from '../../k8s/objects';
import type { ServiceImage } from './build';
import { docker, dockerMust } from './docker';
import { dockerArguments, type Surroundings } from './pod-in-docker';

/** An assertion about a running container. */
export interface Assertion {
  readonly image: string;
  readonly what: string;
  readonly ok: boolean;
  /** The observed value. */
  readonly seen: string;
}

/** Tools that build or install programs. An image that only runs a program does not contain them. */
const TOOLS = ['npm', 'npx', 'yarn', 'pnpm', 'corepack', 'tsc', 'gcc', 'cc', 'g++', 'make', 'git'];

/**
 * Starts each image as Kubernetes does: with a read-only root, no capabilities, and the environment of its manifest.
 * Starts the databases too. Then checks the containers from outside.
 */
export async function checkImages(
  images: readonly ServiceImage[],
  objects: readonly KubeObject[],
  report: (assertion: Assertion) => void,
): Promise<void> {
  const run = `callsign-check-${randomBytes(4).toString('hex')}`;
  const surroundings: Surroundings = {
    configMaps: new Map(
      objects.filter(({ kind }) => kind === 'ConfigMap').map((map) => [map.metadata.name, map as V1ConfigMap]),
    ),
    secret: (name, key) => `${run}-${name}-${key}`,
  };
  const started: string[] = [];
  const start = async (name: string, spec: V1PodSpec, ...more: string[]) => {
    const container = `${run}-${name}`;
    started.push(container);
    await dockerMust(
      'run',
      '--detach',
      '--name',
      container,
      '--network',
      run,
      '--network-alias',
      name,
      ...more,
      ...dockerArguments(spec, surroundings),
    );
    return container;
  };
  await dockerMust('network', 'create', run);
  try {
    for (const object of objects.filter(({ kind }) => kind === 'StatefulSet')) {
      const spec = (object as V1StatefulSet).spec!.template.spec!;
      await start(
        object.metadata.name,
        spec,
        '--user',
        `${spec.securityContext!.runAsUser}:${spec.securityContext!.runAsGroup}`,
      );
    }
    for (const image of images) {
      const spec = podOf(image, objects);
      const ports = spec.containers[0]!.ports ?? [];
      const published = ports.flatMap(({ containerPort }) => ['--publish', `127.0.0.1::${containerPort}`]);
      const container = await start(image.name, spec, ...published);
      for await (const assertion of assertions(
        container,
        spec.containers[0]!,
        spec.terminationGracePeriodSeconds ?? 30,
      ))
        report({ image: image.reference, ...assertion });
    }
  } finally {
    for (const container of started) await docker('rm', '--force', '--volumes', container);
    await docker('network', 'rm', run);
  }
}

/** The pod that runs an image, with the local name of the image. The manifest may name an image in a registry. */
function podOf({ reference, name }: ServiceImage, objects: readonly KubeObject[]): V1PodSpec {
  const deployment = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name) as
    | V1Deployment
    | undefined;
  const spec = deployment?.spec?.template.spec;
  if (!spec) throw new Error(`No Deployment runs the image of ${name}.`);
  return {
    ...spec,
    containers: spec.containers.map((container, i) => (i === 0 ? { ...container, image: reference } : container)),
  };
}

async function* assertions(
  name: string,
  container: V1Container,
  grace: number,
): AsyncGenerator<Omit<Assertion, 'image'>> {
  for (const [path, port] of probesOf(container)) {
    const seen = await answer(name, path, port);
    yield { what: `GET ${path} answers 200`, ok: seen === '200', seen };
  }
  const { out: user } = await docker('exec', name, 'id', '-u');
  yield { what: 'the user is not root', ok: /^[1-9]\d*$/.test(user), seen: `user ${user}` };
  const { out: tools } = await docker(
    'exec',
    name,
    'sh',
    '-c',
    `for tool in ${TOOLS.join(' ')}; do command -v $tool; done; true`,
  );
  yield { what: 'no tools that build or install programs', ok: tools === '', seen: tools || 'none' };
  const { out: histories } = await docker(
    'exec',
    name,
    'sh',
    '-c',
    'ls -d /root/.*_history /home/*/.*_history /.*_history 2>/dev/null; true',
  );
  yield { what: 'no shell history', ok: histories === '', seen: histories || 'none' };
  const { code, error } = await docker('exec', name, 'sh', '-c', 'touch /app/x /usr/x');
  yield { what: 'the root file system is read-only', ok: code !== 0, seen: error.split('\n')[0] ?? '' };
  const from = Date.now();
  await docker('stop', '--time', String(grace), name);
  const exit = await dockerMust('inspect', '--format', '{{.State.ExitCode}}', name);
  yield {
    what: `exits with 0 within ${grace} s after SIGTERM`,
    ok: exit === '0',
    seen: `${exit} after ${((Date.now() - from) / 1000).toFixed(1)} s`,
  };
}

/** The paths of the probes, and the port of each. */
function probesOf({ ports = [], startupProbe, livenessProbe, readinessProbe }: V1Container): Map<string, number> {
  const checks = [startupProbe, livenessProbe, readinessProbe].flatMap((probe) => probe?.httpGet ?? []);
  return new Map(
    checks.map(({ path, port }) => [path!, ports.find(({ name }) => name === port)?.containerPort ?? Number(port)]),
  );
}

async function answer(name: string, path: string, port: number): Promise<string> {
  const { out } = await docker('port', name, String(port));
  const address = out.split('\n')[0];
  let seen = 'nothing';
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(250)) {
    seen = await statusOf(`http://${address}${path}`);
    if (seen === '200') break;
  }
  return seen === '200' ? seen : `${seen}; ${(await docker('logs', '--tail', '3', name)).out}`;
}

// This does not use fetch. While a container starts, Docker accepts and drops the connection. Then fetch never settles in Node 20.
function statusOf(url: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    request.on('timeout', () => request.destroy(new Error('no answer in 2 s')));
    request.on('error', (error) => resolve(error.message));
  });
}
