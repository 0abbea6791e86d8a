import { show } from '../../../basics/text';
import { listOf } from '../../world/values';
import { podRule, type PodRule } from '../hardened-rule';

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

export const isolationWeakened: PodRule = podRule(
  'isolation-weakened',
  'These settings turn off parts of the isolation between containers and their node.',
  'Remove the unsafe sysctls, procMount, appArmorProfile: Unconfined and hostProcess.',
  ({ spec, at }) => {
    const sysctls = listOf(spec.securityContext?.sysctls).flatMap(({ name }, i) =>
      SAFE_SYSCTLS.has(name)
        ? []
        : [
            {
              field: [...at, 'securityContext', 'sysctls', i, 'name'],
              message: `The sysctl ${name} is unsafe: it can affect the whole node.`,
              expected: 'a safe sysctl',
              got: name,
              fix: `Remove the sysctl ${name}.`,
            },
          ],
    );
    const containers = (['initContainers', 'containers'] as const).flatMap((group) =>
      listOf(spec[group]).flatMap(({ name, securityContext }, i) => {
        const own = [...at, group, i, 'securityContext'];
        const { procMount, appArmorProfile, windowsOptions } = securityContext ?? {};
        return [
          ...(procMount !== undefined && procMount !== 'Default'
            ? [
                {
                  field: [...own, 'procMount'],
                  message: `The container ${show(name)} has unmasked access to /proc.`,
                  expected: 'Default',
                  got: show(procMount),
                  fix: 'Remove procMount.',
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
                  fix: 'Set appArmorProfile: { type: RuntimeDefault }.',
                },
              ]
            : []),
          ...(windowsOptions?.hostProcess === true
            ? [
                {
                  field: [...own, 'windowsOptions', 'hostProcess'],
                  message: `The container ${show(name)} runs as a process of the node.`,
                  expected: 'no hostProcess',
                  got: 'true',
                  fix: 'Remove windowsOptions.hostProcess.',
                },
              ]
            : []),
        ];
      }),
    );
    return [...sysctls, ...containers];
  },
);
