import type { Construct } from 'constructs';
import { verifiableRequirements, type VerifiableRequirement } from '../check/requirements/find-requirements';
import { World } from '../check/world/world';
import { serviceImages } from '../images/docker/build';
import type { Manifest } from '../k8s/objects';
import { ConfiguredApp } from '../settings/environment';
import { synthesize } from '../synth/synthesize';

/** What the charts need. */
export interface ChartNeeds {
  readonly manifests: readonly Manifest[];
  readonly requirements: readonly VerifiableRequirement[];
  /** The images that are built from our sources and that no registry has. They must be on the nodes. */
  readonly localImages: readonly string[];
  /** The number of our images that the nodes pull from a registry. */
  readonly pulledImages: number;
}

/** What the charts of an app need. Throws if they cannot be synthesized. */
export function chartNeeds(app: Construct): ChartNeeds {
  const manifests = synthesize(app).flatMap((file) => file.manifests);
  const registry = app instanceof ConfiguredApp ? app.images.registry : undefined;
  const images = serviceImages(app).map(({ image }) => image.from(registry));
  // An image that already names a registry stays the same.
  const local = images.filter((image) => image.from('registry.example') !== image);
  return {
    manifests,
    requirements: verifiableRequirements(new World(manifests)),
    localImages: local.map(({ reference }) => reference),
    pulledImages: images.length - local.length,
  };
}
