import { ANNOTATIONS } from '../../../k8s/keys';
import type { V1EnvVar } from '@kubernetes/client-node';
import { Construct } from 'constructs';
import type { Image } from '../../../images/image';
import type { Caller } from '../../../links/endpoint';
import { addDeployment } from '../deployment';
import type { Beside } from './release';
import { addScaling } from '../scaling/scaling';

interface TrackOptions {
  readonly microservice: string;
  readonly caller: Caller;
  readonly namespace: string | undefined;
  readonly configMap: string | undefined;
  readonly env: () => V1EnvVar[];
  readonly hasToken: () => boolean;
}

/**
 * The additional replicas of a canary or a green release: their Deployment, their scaling and their
 * PodDisruptionBudget.
 */
export class Track extends Construct {
  readonly name: string;
  readonly namespace: string | undefined;
  /** The image of its pods. */
  readonly image: Image;

  constructor(
    scope: Construct,
    { track, name, labels, image, options, progress }: Beside,
    { namespace, ...rest }: TrackOptions,
  ) {
    super(scope, track);
    this.name = name;
    this.namespace = namespace;
    this.image = image;
    addDeployment(this, { ...rest, pods: labels, options, annotations: { [ANNOTATIONS.release]: progress } });
    addScaling(this, labels, options);
  }
}
