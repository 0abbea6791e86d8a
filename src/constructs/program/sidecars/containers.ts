import type { V1Container, V1EnvVar, V1Probe, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { IConstruct } from 'constructs';
import { withDefaults } from '../../shared/defaults';
import { deployed } from '../../shared/image-settings';
import { containerSecurity } from '../../shared/pod';
import { lifecycleOf } from '../../shared/lifecycle';
import type { Check } from '../../shared/values';
import { variableOf } from '../variables';
import { RESOURCES, resourceRequirements } from '../../shared/resources';
import { PROBE_TIMES, probeAction } from '../../shared/health-check';
import { portList } from '../../shared/port-list';
import type { ResolvedProgram } from '../resolve';
import type { FurtherContainer, Sidecar } from './options';

/** What the program of the pods has, and further containers can share. */
interface Program {
  readonly env: readonly V1EnvVar[];
  readonly mounts: readonly V1VolumeMount[];
  /** The user of the containers, if the pod does not set it. */
  readonly user: number | undefined;
}

/** The init containers of the pods, and the volumes of their writable folders. */
export interface FurtherContainers {
  readonly initContainers: V1Container[];
  readonly volumes: V1Volume[];
}

/**
 * The init containers and the sidecars. A sidecar is an init container that Kubernetes restarts, so it starts first: init
 * containers can use it too.
 */
export function furtherContainers(
  scope: IConstruct,
  { sidecars, initContainers }: Pick<ResolvedProgram, 'sidecars' | 'initContainers'>,
  program: Program,
): FurtherContainers {
  const volumes: V1Volume[] = [];
  const containerOf = (name: string, options: FurtherContainer, sharesEnv: boolean): V1Container => {
    const writable = (options.writable ?? []).map((mountPath, i) => ({ name: `${name}-writable-${i}`, mountPath }));
    volumes.push(...writable.map((mount) => ({ name: mount.name, emptyDir: { sizeLimit: '64Mi' } })));
    const mounts = [...program.mounts.filter(({ mountPath }) => options.mounts?.includes(mountPath)), ...writable];
    const env = variables(options, sharesEnv ? program.env : []);
    return {
      name,
      image: deployed(scope, options.image).reference,
      imagePullPolicy: 'IfNotPresent',
      ...(options.command && { command: [...options.command] }),
      ...(options.args && { args: [...options.args] }),
      ...(options.workingDir !== undefined && { workingDir: options.workingDir }),
      ...(env.length > 0 && { env }),
      resources: resourceRequirements(withDefaults(options.resources, RESOURCES)),
      securityContext: containerSecurity(options.exceptions ?? [], options.user ?? program.user),
      ...(mounts.length > 0 && { volumeMounts: mounts }),
    };
  };
  return {
    initContainers: [
      ...Object.entries(sidecars).map(([name, sidecar]): V1Container => ({
        ...containerOf(name, sidecar, sidecar.sharesEnv ?? false),
        restartPolicy: 'Always',
        ...(sidecar.ports && { ports: portList(sidecar.ports) }),
        ...sidecarProbes(sidecar),
        ...(sidecar.lifecycle && { lifecycle: lifecycleOf(sidecar.lifecycle, sidecarPort(sidecar)!) }),
      })),
      ...Object.entries(initContainers).map(([name, options]) => containerOf(name, options, options.sharesEnv ?? true)),
    ],
    volumes,
  };
}

/** Its own variables replace those of the program. */
function variables({ env = {} }: FurtherContainer, shared: readonly V1EnvVar[]): V1EnvVar[] {
  return [
    ...shared.filter(({ name }) => !Object.hasOwn(env, name)),
    ...Object.entries(env).map(([name, value]) => variableOf(name, value)),
  ];
}

/** The port of health checks and hooks; undefined if the sidecar has no ports. */
export function sidecarPort({ health, ports }: Sidecar): number | undefined {
  return health?.port ?? Object.values(ports ?? {})[0];
}

/** The startup probe delays the program until the sidecar is ready. */
function sidecarProbes(sidecar: Sidecar): Partial<V1Container> {
  const { ready, live } = sidecar.health ?? {};
  const port = sidecarPort(sidecar);
  const probe = (check: Check, periodSeconds: number, failureThreshold: number): V1Probe => ({
    ...probeAction(check, port!),
    timeoutSeconds: PROBE_TIMES.timeout,
    periodSeconds,
    failureThreshold,
  });
  const first = ready ?? live;
  return {
    ...(first && { startupProbe: probe(first, 1, PROBE_TIMES.startup) }),
    ...(ready && { readinessProbe: probe(ready, PROBE_TIMES.interval.ready, PROBE_TIMES.failures.ready) }),
    ...(live && { livenessProbe: probe(live, PROBE_TIMES.interval.live, PROBE_TIMES.failures.live) }),
  };
}
