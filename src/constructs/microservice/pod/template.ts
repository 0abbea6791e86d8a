import { ANNOTATIONS } from '../../../k8s/keys';
import type {
  V1Container,
  V1ContainerPort,
  V1EnvVar,
  V1PodSecurityContext,
  V1PodSpec,
  V1PodTemplateSpec,
} from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { scrapeAnnotations } from '../metrics/scraping';
import type { ResolvedMicroservice } from '../resolve';
import { lifecycleOf } from '../../shared/lifecycle';
import { imageSettings } from '../../shared/image-settings';
import { configHash } from '../../shared/config-hash';
import { programContainers } from '../../program/containers';
import { liveSpec } from './live';
import { podDefaults } from '../../shared/pod';
import { withPodOptions } from '../../shared/pod-options';
import { spreadOverNodes } from '../../shared/spread';
import { containerPorts } from '../ports';
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
  const { program, initContainers, volumes, securityContext } = programContainers(scope, {
    name,
    env,
    configMap,
    options,
  });
  const ports = containerPorts(options);
  const { pause, grace } = options.shutdown;
  const lifecycle = {
    // The program keeps serving while its endpoint is removed, so that no request fails.
    ...(pause > 0 && { preStop: { sleep: { seconds: pause } } }),
    ...lifecycleOf(options.lifecycle, options.health.port ?? 'http'),
  };
  const container: V1Container = {
    ...program,
    ...(ports.length > 0 && { ports }),
    ...probes(options),
    ...(Object.keys(lifecycle).length > 0 && { lifecycle }),
  };
  const own: V1PodSpec = {
    serviceAccountName: name,
    ...podDefaults(options.user),
    ...(hasToken && { automountServiceAccountToken: true }),
    securityContext: { ...securityContext, ...lowPorts(ports) },
    terminationGracePeriodSeconds: grace,
    tolerations: leaveDeadNodesSoon(),
    topologySpreadConstraints: spreadOverNodes(pods, { matchLabelKeys: ['pod-template-hash'] }),
    ...(initContainers.length > 0 && { initContainers: initContainers.map((one) => withoutPorts(one, ports)) }),
    containers: [container],
    ...(volumes.length > 0 && { volumes }),
  };
  const spec = withPodOptions(own, options.pod, imageSettings(scope).pullSecret);
  const hash = configHash(scope, scope.namespace, spec);
  const live = liveSpec(spec, options);
  const annotations = {
    ...scrapeAnnotations(scope, options),
    ...options.pod.annotations,
    ...(hash && { [ANNOTATIONS.configHash]: hash }),
    ...live.annotations,
  };
  const labels = { ...options.pod.labels, ...pods };
  return { metadata: { labels, ...(Object.keys(annotations).length > 0 && { annotations }) }, spec: live.spec };
}

/** The port of a sidecar that callers reach is listed once in a pod: Kubernetes warns about names that occur twice. */
function withoutPorts({ ports: all, ...container }: V1Container, listed: readonly V1ContainerPort[]): V1Container {
  const ports = all?.filter(({ name }) => listed.every((other) => other.name !== name)) ?? [];
  return { ...container, ...(ports.length > 0 && { ports }) };
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
