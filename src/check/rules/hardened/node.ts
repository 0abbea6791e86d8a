import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { list } from '../../world/world';
import { ofContainers, ofPods, titleOfContainer } from './rule';

/** Volumes that hold nothing of the node. */
const SAFE_VOLUMES = new Set([
  'name',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'image',
]);
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

/** What a pod may have of its node, which is nothing. */
export const NODE: readonly Rule[] = [
  ofPods(
    'host-shared',
    'A pod that shares the network or the processes of its node sees those of everybody else there.',
    'Take it out.',
    ({ spec, at }) =>
      (['hostNetwork', 'hostPID', 'hostIPC'] as const)
        .filter((field) => spec[field] === true)
        .map((field) => ({
          field: [...at, field],
          message: `The pod shares the ${{ hostNetwork: 'network', hostPID: 'processes', hostIPC: 'memory' }[field]} of its node.`,
          expected: `no ${field}`,
          got: 'true',
          fix: 'Take it out.',
        })),
  ),
  ofContainers(
    'host-port',
    'The port is taken on the node: only one copy fits on it, and policies do not hold for it.',
    'Take hostPort out, and put a Service before the pods.',
    (at, { spec }) =>
      spec.hostNetwork === true
        ? []
        : list(at.container.ports).flatMap(({ hostPort }, i) =>
            hostPort
              ? [
                  {
                    field: [...at.at, 'ports', i, 'hostPort'],
                    message: `${titleOfContainer(at)} takes a port of its node.`,
                    expected: 'no hostPort',
                    got: String(hostPort),
                    fix: 'Take it out, and put a Service before the pods.',
                  },
                ]
              : [],
          ),
  ),
  ofPods(
    'host-path',
    'Files of the node are the way out of a container, and in into all others there.',
    'Mount a claim, an emptyDir, or settings.',
    ({ spec, at }) =>
      list(spec.volumes).flatMap((volume, i) =>
        Object.keys(volume)
          .filter((source) => !SAFE_VOLUMES.has(source))
          .map((source) => ({
            field: [...at, 'volumes', i, source],
            message:
              source === 'hostPath'
                ? `The volume ${show(volume.name)} is a folder of the node.`
                : `The volume ${show(volume.name)} is of the kind ${source}, which restricted pods have not.`,
            expected: 'a claim, an emptyDir, a ConfigMap or a Secret',
            got: source,
            fix: 'Mount one of them.',
          })),
      ),
  ),
  ofPods(
    'confinement-loosened',
    'What confines a container was turned off by hand.',
    'Take it out.',
    ({ spec, at }) => {
      const sysctls = list(spec.securityContext?.sysctls).flatMap(({ name }, i) =>
        SAFE_SYSCTLS.has(name)
          ? []
          : [
              {
                field: [...at, 'securityContext', 'sysctls', i, 'name'],
                message: `The sysctl ${name} is that of the whole node.`,
                expected: 'a sysctl of the pod alone',
                got: name,
                fix: 'Take it out.',
              },
            ],
      );
      const containers = (['initContainers', 'containers'] as const).flatMap((group) =>
        list(spec[group]).flatMap(({ name, securityContext }, i) => {
          const own = [...at, group, i, 'securityContext'];
          const { procMount, appArmorProfile, windowsOptions } = securityContext ?? {};
          return [
            ...(procMount !== undefined && procMount !== 'Default'
              ? [
                  {
                    field: [...own, 'procMount'],
                    message: `The container ${show(name)} sees all of /proc.`,
                    expected: 'Default',
                    got: show(procMount),
                    fix: 'Take it out.',
                  },
                ]
              : []),
            ...(appArmorProfile?.type === 'Unconfined'
              ? [
                  {
                    field: [...own, 'appArmorProfile'],
                    message: `The container ${show(name)} has no AppArmor profile.`,
                    expected: 'RuntimeDefault',
                    got: 'Unconfined',
                    fix: 'Take it out.',
                  },
                ]
              : []),
            ...(windowsOptions?.hostProcess === true
              ? [
                  {
                    field: [...own, 'windowsOptions', 'hostProcess'],
                    message: `The container ${show(name)} is a process of the node.`,
                    expected: 'no hostProcess',
                    got: 'true',
                    fix: 'Take it out.',
                  },
                ]
              : []),
          ];
        }),
      );
      return [...sysctls, ...containers];
    },
  ),
];
