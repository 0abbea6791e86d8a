import { ANNOTATIONS } from '../../../k8s/keys';
import type {
  V1Container,
  V1ContainerPort,
  V1EnvVar,
  V1PodSecurityContext,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { podVolume } from '../../shared/plus';
import type { ResolvedMicroservice } from '../resolve';
import { resourceRequirements } from '../../shared/resources';
import { deployed, imageSettings } from '../../shared/image-settings';
import { Volume } from '../../volume/volume';
import { configHash, fileMounts, fileVolumes } from './config-files';
import { liveSpec } from './live';
import { CONTAINER_SECURITY, podDefaults, podSecurity } from '../../shared/pod';
import { withPodOptions } from '../../shared/pod-options';
import { containerPorts } from '../ports';
import { furtherContainers } from '../sidecars/containers';
import { probes } from './probes';

interface TemplateOptions {
  readonly name: string;
  readonly pods: Record<string, string>;
  readonly env: V1EnvVar[];
  readonly hasToken: boolean;
  readonly configMap: string | undefined;
  readonly options: ResolvedMicroservice;
}

/** The pod template of a microservice. */
export function podTemplate(
  scope: Construct & { namespace: string | undefined },
  { name, pods, env, hasToken, configMap, options }: TemplateOptions,
): V1PodTemplateSpec {
  const { volumes, mounts } = storage(options, configMap);
  const ports = containerPorts(options);
  const further = furtherContainers(scope, options, { env, mounts });
  const allVolumes = [...volumes, ...further.volumes];
  const { pause, grace } = options.shutdown;
  const container: V1Container = {
    name,
    image: deployed(scope, options.image).reference,
    imagePullPolicy: 'IfNotPresent',
    ...(options.command && { command: [...options.command] }),
    ...(options.args && { args: [...options.args] }),
    ...(options.workingDir && { workingDir: options.workingDir }),
    ...(env.length > 0 && { env }),
    ...(ports.length > 0 && { ports }),
    ...probes(options),
    // The program keeps serving while its endpoint is removed, so that no request fails.
    ...(pause > 0 && { lifecycle: { preStop: { sleep: { seconds: pause } } } }),
    resources: resourceRequirements(options.resources),
    securityContext: CONTAINER_SECURITY,
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  };
  const own: V1PodSpec = {
    serviceAccountName: name,
    ...podDefaults(options.user),
    ...(hasToken && { automountServiceAccountToken: true }),
    securityContext: { ...podSecurity(options.user), ...lowPorts(ports) },
    terminationGracePeriodSeconds: grace,
    tolerations: leaveDeadNodesSoon(),
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: pods },
        matchLabelKeys: ['pod-template-hash'],
      },
    ],
    ...(further.initContainers.length > 0 && { initContainers: further.initContainers }),
    containers: [container],
    ...(allVolumes.length > 0 && { volumes: allVolumes }),
  };
  const spec = withPodOptions(own, options.pod, imageSettings(scope).pullSecret);
  const hash = configHash(scope, scope.namespace, spec);
  const live = liveSpec(spec, options);
  const annotations = {
    ...options.pod.annotations,
    ...(hash && { [ANNOTATIONS.configHash]: hash }),
    ...live.annotations,
  };
  const labels = { ...options.pod.labels, ...pods };
  return { metadata: { labels, ...(Object.keys(annotations).length > 0 && { annotations }) }, spec: live.spec };
}

/** Pods on a failed node are replaced after 20 seconds. The default of Kubernetes is five minutes. */
function leaveDeadNodesSoon(): V1PodSpec['tolerations'] {
  return ['not-ready', 'unreachable'].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 20,
  }));
}

/** Allows any user to listen on ports below 1024. Images that expect root often listen on port 80. */
function lowPorts(ports: V1ContainerPort[]): Pick<V1PodSecurityContext, 'sysctls'> {
  return ports.some(({ containerPort }) => containerPort < 1024)
    ? { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] }
    : {};
}

function storage(
  { files, volumes, writable }: ResolvedMicroservice,
  configMap: string | undefined,
): { volumes: V1Volume[]; mounts: V1VolumeMount[] } {
  const scratch = writable.map((path, i) => ({
    path,
    volume: { name: `writable-${i}`, emptyDir: { sizeLimit: '64Mi' } },
  }));
  const given = Object.entries(volumes).map(([path, source], i) => ({
    path,
    volume: podVolume(`volume-${i}`, source instanceof Volume ? source.source : source),
  }));
  const mounted = [...scratch, ...given];
  return {
    volumes: [...fileVolumes(configMap, files), ...mounted.map(({ volume }) => volume)],
    mounts: [...fileMounts(files), ...mounted.map(({ path, volume }) => ({ name: volume.name, mountPath: path }))],
  };
}
