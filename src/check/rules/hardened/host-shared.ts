import { podRule, type PodRule } from '../hardened-rule';

export const hostShared: PodRule = podRule(
  'host-shared',
  'A pod that shares the network, the processes or the IPC of its node can observe all other pods on the node.',
  'Remove hostNetwork, hostPID and hostIPC.',
  ({ spec, at }) =>
    (['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter((field) => spec[field] === true)
      .map((field) => ({
        field: [...at, field],
        message: `The pod shares the ${{ hostNetwork: 'network', hostPID: 'processes', hostIPC: 'IPC' }[field]} of its node.`,
        expected: `no ${field}`,
        got: 'true',
        fix: `Remove ${field}.`,
      })),
);
