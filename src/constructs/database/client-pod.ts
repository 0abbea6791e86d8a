import type { V1EnvVar, V1PodTemplateSpec, V1ResourceRequirements, V1Volume } from '@kubernetes/client-node';
import { CONTAINER_SECURITY, podDefaults } from '../shared/pod';

interface ClientPodOptions {
  /** The name of its ServiceAccount. */
  readonly name: string;
  readonly labels: Record<string, string>;
  /** The image with the command-line client of the server. */
  readonly image: string;
  /** The user of the image. */
  readonly user: number;
  /** A script for bash. */
  readonly script: string;
  readonly env: V1EnvVar[];
  readonly resources: V1ResourceRequirements;
  /** The volumes. Each is mounted at the folder of its name. */
  readonly volumes: V1Volume[];
}

/** The pod of a Job that runs a script with the command-line client of a database. */
export function clientPod({
  name,
  labels,
  image,
  user,
  script,
  env,
  resources,
  volumes,
}: ClientPodOptions): V1PodTemplateSpec {
  return {
    metadata: { labels },
    spec: {
      serviceAccountName: name,
      ...podDefaults(user),
      restartPolicy: 'Never',
      containers: [
        {
          name: 'program',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['bash', '-c', script],
          env,
          resources,
          securityContext: CONTAINER_SECURITY,
          volumeMounts: volumes.map((volume) => ({ name: volume.name, mountPath: `/${volume.name}` })),
        },
      ],
      volumes,
    },
  };
}
