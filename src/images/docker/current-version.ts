import { digestInLocalAnswer, digestInRegistryAnswer } from './answers';
import { DockerError, dockerWithin } from './docker';

/** What an image without a version means now, or why nobody knows. */
export type CurrentVersion =
  | {
      /** The image with its tag and its digest. */
      readonly reference: string;
      readonly from: 'Docker on this machine' | 'the registry';
    }
  | { readonly failed: string };

type Ask = typeof dockerWithin;

/** How long Docker may take for one image. */
const LIMIT_MS = 20_000;
/** How long Docker may take for an image of this machine. The rest is for the registry. */
const LOCAL_MS = 5_000;

/** Finds out what images mean now, all at the same time. The version on this machine comes first: it is the one that ran. */
export async function currentVersions(
  references: readonly string[],
  ask: Ask = dockerWithin,
  limits = { local: LOCAL_MS, registry: LIMIT_MS - LOCAL_MS },
): Promise<ReadonlyMap<string, CurrentVersion>> {
  return new Map(
    await Promise.all(
      references.map(async (reference) => [reference, await currentVersion(reference, ask, limits)] as const),
    ),
  );
}

async function currentVersion(
  reference: string,
  ask: Ask,
  limits: { readonly local: number; readonly registry: number },
): Promise<CurrentVersion> {
  const tagged = /:[^/:]+$/.test(reference) ? reference : `${reference}:latest`;
  const at = (digest: string, from: 'Docker on this machine' | 'the registry') => ({
    reference: `${tagged}@${digest}`,
    from,
  });
  try {
    const local = await ask(limits.local, 'image', 'inspect', '--format', '{{json .RepoDigests}}', reference);
    const known = local?.code === 0 ? digestInLocalAnswer(local.out, localRepository(tagged)) : undefined;
    if (known !== undefined) return at(known, 'Docker on this machine');
    // `docker manifest inspect` is part of each Docker, but it does not print the digest of all platforms together.
    // `imagetools` does. It is part of the plugin buildx, which the packages of Docker contain.
    const there = await ask(limits.registry, 'buildx', 'imagetools', 'inspect', reference);
    if (there === undefined) return { failed: 'The registry did not answer in time.' };
    if (/is not a docker command|unknown command/.test(there.error))
      return {
        failed: 'Docker on this machine has not pulled it, and cannot ask the registry without the plugin buildx.',
      };
    if (there.code !== 0) return { failed: `Docker does not find it: ${lastLine(there.error)}` };
    const digest = digestInRegistryAnswer(there.out);
    return digest === undefined ? { failed: 'The registry returned no digest.' } : at(digest, 'the registry');
  } catch (error) {
    if (error instanceof DockerError) return { failed: error.message };
    throw error;
  }
}

/** The name that Docker has for a repository on this machine: without the parts that mean Docker Hub. */
function localRepository(tagged: string): string {
  return tagged.replace(/:[^/:]+$/, '').replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '');
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) || 'no answer';
}
