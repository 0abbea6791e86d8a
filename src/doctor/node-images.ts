import type { V1Node } from '@kubernetes/client-node';
import { count } from '../basics/text';
import type { ChartNeeds } from './charts';
import type { Finding } from './finding';
import { kindCluster } from './kind';
import { nodeName, nodesOf } from './nodes';
import { inCluster, type ClusterReader } from './reader';

/** A node lists at most this many images, unless its kubelet is configured otherwise. */
const MOST_LISTED = 50;

/** How the images that are built on this machine come to the nodes. */
interface Way {
  readonly context: string | undefined;
  /** The options that select the charts, such as ` --env dev`. */
  readonly selection: string;
}

/** Whether the images of our sources are on the nodes. */
export function nodeImagesFinding(
  cluster: ClusterReader,
  { localImages, pulledImages }: ChartNeeds,
  way: Way,
): Promise<Finding> {
  return inCluster({ name: 'images', why: 'the programs of the charts' }, async () => {
    if (localImages.length === 0)
      return {
        state: 'ok',
        found:
          pulledImages > 0 ? `the nodes pull ${count(pulledImages, 'image')} from a registry` : 'none is built here',
      };
    const all = await nodesOf(cluster);
    const nodes = all.some(runsOurPods) ? all.filter(runsOurPods) : all;
    const absent = localImages.flatMap((image) => {
      const without = nodes.filter((node) => !imagesOn(node).has(familiar(image)));
      // A full list can lack the image although the node has it.
      const certain = without.filter(({ status }) => (status?.images?.length ?? 0) < MOST_LISTED);
      return without.length === 0 ? [] : [{ image, certain }];
    });
    const certain = absent.filter((one) => one.certain.length > 0);
    if (certain.length > 0)
      return {
        state: 'missing',
        found: `${certain.length} of ${count(localImages.length, 'image')} missing: ${certain.map(({ image, certain: on }) => `${image}${on.length < nodes.length ? ` (on ${on.map(nodeName).join(', ')})` : ''}`).join(', ')}`,
        fix: fixFor(way),
      };
    if (absent.length > 0)
      return {
        state: 'not-checked',
        found: `unknown for ${absent.map(({ image }) => image).join(', ')}: a node lists only ${MOST_LISTED} images`,
        fix: `If pods cannot start: ${fixFor(way)}`,
      };
    return { state: 'ok', found: `${count(localImages.length, 'image')} on ${count(nodes.length, 'node')}` };
  });
}

/** Pods tolerate no taints unless a patch says so. */
function runsOurPods({ spec }: V1Node): boolean {
  return !spec?.unschedulable && !spec?.taints?.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
}

function imagesOn({ status }: V1Node): Set<string> {
  return new Set(status?.images?.flatMap(({ names }) => names ?? []).map(familiar));
}

/** The name without the registry of Docker, which only some nodes add. */
function familiar(image: string): string {
  return image.replace(/^(?:docker\.io|localhost)\/(?:library\/)?/, '');
}

function fixFor({ context, selection }: Way): string {
  const cluster = kindCluster(context);
  if (cluster !== undefined) return `callsign images --kind ${cluster}${selection}`;
  if (context === 'minikube') return `eval $(minikube docker-env) && callsign images${selection}`;
  return `Use an environment with images: { registry }, and run callsign images --push${selection}.`;
}
