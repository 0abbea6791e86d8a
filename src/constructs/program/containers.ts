import type { V1Container, V1EnvVar, V1PodSecurityContext, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { IConstruct } from 'constructs';
import { hasUserOfImage } from '../../k8s/exceptions';
import { Image } from '../../images/image';
import { deployed } from '../shared/image-settings';
import { podVolume, type VolumeSource } from '../shared/plus';
import { containerSecurity, podSecurity } from '../shared/pod';
import { resourceRequirements } from '../shared/resources';
import { Volume } from '../volume/volume';
import { fileMounts, fileVolumes } from './config-files';
import { containerExceptions } from './container-exceptions';
import type { ResolvedProgram } from './resolve';
import { furtherContainers } from './sidecars/containers';

interface ContainersOptions {
  /** The name of the container. */
  readonly name: string;
  readonly env: V1EnvVar[];
  readonly configMap: string | undefined;
  readonly options: ResolvedProgram;
}

/** The containers of a pod, without probes and ports, and their volumes. */
interface ProgramContainers {
  readonly program: V1Container;
  readonly initContainers: V1Container[];
  readonly volumes: V1Volume[];
  /** The security settings of the pod that all containers have in common. */
  readonly securityContext: V1PodSecurityContext;
}

/** The container of the program, and the init containers and sidecars of its pods. */
export function programContainers(
  scope: IConstruct,
  { name, env, configMap, options }: ContainersOptions,
): ProgramContainers {
  const { volumes, mounts } = storage(scope, options, configMap);
  // A container cannot remove the user of its pod. If one has the user of its image, the others set theirs instead.
  const isUserOfPod = !containerExceptions(name, options).some(hasUserOfImage);
  const user = isUserOfPod ? undefined : options.user;
  const further = furtherContainers(scope, options, { env, mounts, user });
  return {
    program: {
      name,
      image: deployed(scope, options.image).reference,
      imagePullPolicy: 'IfNotPresent',
      ...(options.command && { command: [...options.command] }),
      ...(options.args && { args: [...options.args] }),
      ...(options.workingDir && { workingDir: options.workingDir }),
      ...(env.length > 0 && { env }),
      resources: resourceRequirements(options.resources),
      securityContext: containerSecurity(options.exceptions, user),
      ...(mounts.length > 0 && { volumeMounts: mounts }),
    },
    initContainers: further.initContainers,
    volumes: [...volumes, ...further.volumes],
    securityContext: {
      ...podSecurity(options.user),
      ...(!isUserOfPod && { runAsUser: undefined, runAsGroup: undefined }),
    },
  };
}

function storage(
  scope: IConstruct,
  { files, volumes, writable }: ResolvedProgram,
  configMap: string | undefined,
): { volumes: V1Volume[]; mounts: V1VolumeMount[] } {
  const scratch = writable.map((path, i) => ({
    mount: { mountPath: path },
    volume: { name: `writable-${i}`, emptyDir: { sizeLimit: '64Mi' } },
  }));
  const given = Object.entries(volumes).map(([path, source], i) => ({
    mount: { mountPath: path, ...(source instanceof Image && { readOnly: true }) },
    volume: podVolume(`volume-${i}`, sourceOf(scope, source)),
  }));
  const mounted = [...scratch, ...given];
  return {
    volumes: [...fileVolumes(configMap, files), ...mounted.map(({ volume }) => volume)],
    mounts: [...fileMounts(files), ...mounted.map(({ mount, volume }) => ({ name: volume.name, ...mount }))],
  };
}

function sourceOf(scope: IConstruct, given: ResolvedProgram['volumes'][string]): VolumeSource {
  if (given instanceof Image)
    return { image: { reference: deployed(scope, given).reference, pullPolicy: 'IfNotPresent' } };
  return given instanceof Volume ? given.source : given;
}
