import type { V1Ingress, V1Role, V1RoleBinding } from '@kubernetes/client-node';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { list, servicesOf } from '../../world/world';
import { hardened } from './rule';

/** Rights that are wider than anybody needs, and doors that stand open. */
export const RIGHTS: readonly Rule[] = [
  hardened(
    'rights-wildcard',
    'What comes tomorrow is allowed today.',
    'Name the resources and the verbs that are used.',
    (world) =>
      ['Role', 'ClusterRole'].flatMap((kind) =>
        world.ofKind(kind).flatMap((manifest) =>
          list((manifest.object as unknown as V1Role).rules).flatMap((rule, i) =>
            (['verbs', 'resources'] as const)
              .filter((field) => list(rule[field]).includes('*'))
              .map((field) => ({
                manifest,
                field: ['rules', i, field],
                message: `It allows all ${field}.`,
                expected: 'the ones that are used',
                got: '*',
                fix: 'Name them.',
              })),
          ),
        ),
      ),
  ),
  hardened('rights-all', 'Who breaks in owns the cluster.', 'Give a role with the rights that are used.', (world) =>
    ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) =>
      world
        .ofKind(kind)
        .filter(({ object }) => (object as unknown as V1RoleBinding).roleRef?.name === 'cluster-admin')
        .map((manifest) => ({
          manifest,
          field: ['roleRef', 'name'],
          message: 'It gives all rights there are.',
          expected: 'a role with the rights that are used',
          got: 'cluster-admin',
          fix: 'Make one.',
        })),
    ),
  ),
  hardened(
    'rights-secrets',
    'Who may read all Secrets has every password of the namespace, or of the cluster.',
    'Name the Secrets with resourceNames, or mount them.',
    (world) =>
      ['Role', 'ClusterRole'].flatMap((kind) =>
        world.ofKind(kind).flatMap((manifest) =>
          list((manifest.object as unknown as V1Role).rules).flatMap((rule, i) => {
            const reads = list(rule.verbs).filter((verb) => ['get', 'list', 'watch'].includes(verb));
            return reads.length > 0 && list(rule.resources).includes('secrets') && list(rule.resourceNames).length === 0
              ? [
                  {
                    manifest,
                    field: ['rules', i, 'resources'],
                    message: 'It reads every Secret.',
                    expected: 'resourceNames',
                    got: show(reads),
                    fix: 'Name the Secrets that are read.',
                  },
                ]
              : [];
          }),
        ),
      ),
  ),
  hardened(
    'service-exposed',
    'The port is open on every node, past the gateway with its rules.',
    'Let the gateway lead to a ClusterIP.',
    (world) =>
      [...servicesOf(world)].flatMap(({ manifest, spec }) => [
        ...(spec.type === 'NodePort'
          ? [
              {
                manifest,
                field: ['spec', 'type'],
                message: 'Its port is open on every node.',
                expected: 'ClusterIP',
                got: 'NodePort',
                fix: 'Take the type out, and lead to it from an Ingress.',
              },
            ]
          : []),
        ...(list(spec.externalIPs).length > 0
          ? [
              {
                manifest,
                field: ['spec', 'externalIPs'],
                message: "It takes over addresses that are not the cluster's.",
                expected: 'no externalIPs',
                got: show(spec.externalIPs),
                fix: 'Take them out.',
              },
            ]
          : []),
      ]),
  ),
  hardened(
    'route-without-tls',
    'What people send and see can be read and changed on the way.',
    'Add tls with the Secret of a certificate.',
    (world) =>
      world.ofKind('Ingress').flatMap((manifest) => {
        const { spec } = manifest.object as V1Ingress;
        const covered = list(spec?.tls).flatMap(({ hosts }) => list(hosts));
        return list(spec?.rules).flatMap(({ host }, i) =>
          host === undefined ||
          /(^|\.)localhost$/.test(host) ||
          covered.includes(host) ||
          covered.includes(host.replace(/^[^.]+/, '*')) ||
          (list(spec?.tls).length > 0 && covered.length === 0)
            ? []
            : [
                {
                  manifest,
                  field: ['spec', 'rules', i, 'host'],
                  message: `${host} is served without TLS.`,
                  expected: `tls with the host ${host}`,
                  got: covered.length > 0 ? show(covered) : 'none',
                  fix: 'Add it to tls.',
                },
              ],
        );
      }),
  ),
];
