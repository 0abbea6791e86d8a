import { show } from '../../k8s/problem';
import type { Rule } from '../rule';
import { list } from '../world';
import { ofContainers, ofPods, titleOfContainer } from './rule';

/** Volumes that hold nothing of the node. */
const SAFE_VOLUMES = new Set(['name', 'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret', 'image']);
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem',
]);

/** What the profile *restricted* of Pod Security asks, and a root file system that nobody can change. */
export const POD_SECURITY: readonly Rule[] = [
  ofContainers('root-allowed', 'Who breaks out of a process of root is root on the node.', 'Set runAsNonRoot: true, and let the image run as a user of its own.', (at, { spec }) => {
    const own = at.container.securityContext;
    const [user, field] = own?.runAsUser !== undefined ? [own.runAsUser, [...at.at, 'securityContext', 'runAsUser']] : [spec.securityContext?.runAsUser, [...at.at, 'securityContext']];
    if (user === 0) return [{ field, message: `${titleOfContainer(at)} runs as root.`, expected: 'another user than 0', got: 'runAsUser: 0', mend: 'Name the user that the image was made for.' }];
    if (own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) return [];
    return [{ field: [...at.at, 'securityContext', 'runAsNonRoot'], message: `${titleOfContainer(at)} may run as root.`, expected: 'runAsNonRoot: true', got: show(own?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot ?? null), mend: 'Set it for the container or the pod.' }];
  }),
  ofContainers('escalation-allowed', 'A program of root in the image gives whoever runs it the rights of root.', 'Set allowPrivilegeEscalation: false.', (at) => {
    const value = at.container.securityContext?.allowPrivilegeEscalation;
    return value === false ? [] : [{ field: [...at.at, 'securityContext', 'allowPrivilegeEscalation'], message: `${titleOfContainer(at)} may gain privileges.`, expected: 'allowPrivilegeEscalation: false', got: show(value ?? null), mend: 'Set it in the securityContext of the container.' }];
  }),
  ofContainers('privileged', 'It has every right on the node, and so has whoever breaks in.', 'Take it out, and give the one capability that is needed.', (at) =>
    at.container.securityContext?.privileged === true ? [{ field: [...at.at, 'securityContext', 'privileged'], message: `${titleOfContainer(at)} has every right on its node.`, expected: 'no privileged', got: 'true', mend: 'Take it out.' }] : []),
  ofContainers('capabilities-kept', 'Of the fourteen that a container is given, programs hardly ever need one.', 'Drop ALL, and add NET_BIND_SERVICE where a port below 1024 is needed.', (at) => {
    const { drop, add } = at.container.securityContext?.capabilities ?? {};
    const strange = list(add).filter((name) => name !== 'NET_BIND_SERVICE');
    return [
      ...(list(drop).includes('ALL') ? [] : [{ field: [...at.at, 'securityContext', 'capabilities', 'drop'], message: `${titleOfContainer(at)} keeps capabilities.`, expected: 'drop: [ALL]', got: show(drop ?? null), mend: 'Drop all of them.' }]),
      ...(strange.length > 0 ? [{ field: [...at.at, 'securityContext', 'capabilities', 'add'], message: `${titleOfContainer(at)} is given capabilities.`, expected: 'none but NET_BIND_SERVICE', got: show(strange), mend: 'Take them out.' }] : []),
    ];
  }),
  ofContainers('seccomp-off', 'Without the profile of the runtime a process may call all of the kernel.', 'Set seccompProfile: { type: RuntimeDefault } for the pod.', (at, { spec }) => {
    const type = at.container.securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type;
    return type === 'RuntimeDefault' || type === 'Localhost' ? [] : [{ field: [...at.at, 'securityContext', 'seccompProfile'], message: `${titleOfContainer(at)} may call all of the kernel.`, expected: 'seccompProfile: { type: RuntimeDefault }', got: show(type ?? null), mend: 'Set it for the container or the pod.' }];
  }),
  ofContainers('root-writable', 'Who breaks in can change the program that runs, and leave another behind.', 'Set readOnlyRootFilesystem: true, and mount an emptyDir where the program writes.', (at) => {
    const value = at.container.securityContext?.readOnlyRootFilesystem;
    return value === true ? [] : [{ field: [...at.at, 'securityContext', 'readOnlyRootFilesystem'], message: `${titleOfContainer(at)} can write to its own program.`, expected: 'readOnlyRootFilesystem: true', got: show(value ?? null), mend: 'Set it, and mount an emptyDir where the program writes.' }];
  }),
  ofPods('host-shared', 'A pod that shares the network or the processes of its node sees those of everybody else there.', 'Take it out.', ({ spec, at }) =>
    (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true).map((field) => ({ field: [...at, field], message: `The pod shares the ${{ hostNetwork: 'network', hostPID: 'processes', hostIPC: 'memory' }[field]} of its node.`, expected: `no ${field}`, got: 'true', mend: 'Take it out.' }))),
  ofContainers('host-port', 'The port is taken on the node: only one copy fits on it, and policies do not hold for it.', 'Take hostPort out, and put a Service before the pods.', (at, { spec }) =>
    spec.hostNetwork === true ? [] : list(at.container.ports).flatMap(({ hostPort }, i) => (hostPort ? [{ field: [...at.at, 'ports', i, 'hostPort'], message: `${titleOfContainer(at)} takes a port of its node.`, expected: 'no hostPort', got: String(hostPort), mend: 'Take it out, and put a Service before the pods.' }] : []))),
  ofPods('host-path', 'Files of the node are the way out of a container, and in into all others there.', 'Mount a claim, an emptyDir, or settings.', ({ spec, at }) =>
    list(spec.volumes).flatMap((volume, i) => Object.keys(volume).filter((source) => !SAFE_VOLUMES.has(source)).map((source) => ({
      field: [...at, 'volumes', i, source], message: source === 'hostPath' ? `The volume ${show(volume.name)} is a folder of the node.` : `The volume ${show(volume.name)} is of the kind ${source}, which restricted pods have not.`, expected: 'a claim, an emptyDir, a ConfigMap or a Secret', got: source, mend: 'Mount one of them.',
    })))),
  ofPods('confinement-loosened', 'What confines a container was turned off by hand.', 'Take it out.', ({ spec, at }) => {
    const sysctls = list(spec.securityContext?.sysctls).flatMap(({ name }, i) => (SAFE_SYSCTLS.has(name) ? [] : [{ field: [...at, 'securityContext', 'sysctls', i, 'name'], message: `The sysctl ${name} is that of the whole node.`, expected: 'a sysctl of the pod alone', got: name, mend: 'Take it out.' }]));
    const containers = (['initContainers', 'containers'] as const).flatMap((group) => list(spec[group]).flatMap(({ name, securityContext }, i) => {
      const own = [...at, group, i, 'securityContext'];
      const { procMount, appArmorProfile, windowsOptions } = securityContext ?? {};
      return [
        ...(procMount !== undefined && procMount !== 'Default' ? [{ field: [...own, 'procMount'], message: `The container ${show(name)} sees all of /proc.`, expected: 'Default', got: show(procMount), mend: 'Take it out.' }] : []),
        ...(appArmorProfile?.type === 'Unconfined' ? [{ field: [...own, 'appArmorProfile'], message: `The container ${show(name)} has no AppArmor profile.`, expected: 'RuntimeDefault', got: 'Unconfined', mend: 'Take it out.' }] : []),
        ...(windowsOptions?.hostProcess === true ? [{ field: [...own, 'windowsOptions', 'hostProcess'], message: `The container ${show(name)} is a process of the node.`, expected: 'no hostProcess', got: 'true', mend: 'Take it out.' }] : []),
      ];
    }));
    return [...sysctls, ...containers];
  }),
];
