import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TRAEFIK_KINDS } from './addons/kinds';
import { MANIFESTS, PROJECT } from './support/blog';
import type { Cluster } from './support/cluster';
import { must } from './support/command';
import { DATABASES } from './support/databases';
import { pullMissing } from './support/images';
import type { Kubectl } from './support/kubectl';
import { differences, imagesOf } from './support/manifests';
import { CannotRun } from './support/promise';
import { TEST_IMAGES, buildTestImages } from './support/test-images';

/** The image of the pods of the test. */
const PROBE_IMAGE = 'node:24-slim';
/** The images on the control plane: the gateway controller, the metrics server and the publisher. */
const OF_THE_TEST = ['traefik:v3.6', 'registry.k8s.io/metrics-server/metrics-server:v0.9.0', PROBE_IMAGE];
/** Large images of a later step. While several steps run at once, loading them takes minutes. */
const OF_DATABASES = DATABASES.map(({ image }) => image);
const ADDON = join(__dirname, 'addons', 'traefik.yaml');

/** Throws if k8s-out is not up to date: it would name other images than those that are built. */
export async function checkManifests(signal: AbortSignal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-'));
  try {
    await must('node', ['bin/callsign.js', 'synth', '--out', folder], { cwd: PROJECT, signal });
    const changed = Object.keys(differences(MANIFESTS, folder));
    if (changed.length > 0)
      throw new CannotRun(
        `k8s-out is out of date (${changed.slice(0, 5).join(', ')}). Run npm run synth, and review the changes.`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds the images of the charts and the test images that replace them. Returns the names of all images. */
export async function buildImages(signal: AbortSignal): Promise<string[]> {
  await must('node', ['bin/callsign.js', 'images'], { cwd: PROJECT, signal, timeoutMs: 600_000 });
  const images = [...new Set([...imagesOf(MANIFESTS), ...OF_DATABASES])];
  await pullMissing([...OF_THE_TEST, ...images.filter((name) => !name.startsWith('callsign/'))], signal);
  await buildTestImages(images, signal);
  return [...images, ...Object.values(TEST_IMAGES)];
}

/** Prepares the cluster: images on its nodes, and an Ingress controller. */
export async function equip(
  cluster: Cluster,
  kubectl: Kubectl,
  images: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  say(`loading ${images.length + OF_THE_TEST.length} images`);
  await Promise.all([cluster.load('worker', [...images, PROBE_IMAGE]), equipControlPlane(cluster, kubectl)]);
}

async function equipControlPlane(cluster: Cluster, kubectl: Kubectl): Promise<void> {
  await cluster.load('control-plane', OF_THE_TEST);
  await kubectl.apply(...TRAEFIK_KINDS);
  await kubectl.must(['wait', '--for=condition=Established', 'customresourcedefinitions', '--all', '--timeout=120s'], {
    timeoutMs: 130_000,
  });
  await kubectl.must(['apply', '-f', ADDON]);
  await kubectl.must(['-n', 'traefik', 'rollout', 'status', 'deployment/traefik', '--timeout=240s'], {
    timeoutMs: 250_000,
  });
}
