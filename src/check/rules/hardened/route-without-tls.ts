import { show } from '../../../basics/text';
import { listOf } from '../../world/values';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const routeWithoutTls: Rule = hardenedRule(
  'route-without-tls',
  'Without TLS, traffic can be read and changed on its way.',
  'Add tls with a Secret that contains a certificate.',
  (world) =>
    world.ofKind('Ingress').flatMap((manifest) => {
      const { spec } = manifest.object;
      const covered = listOf(spec?.tls).flatMap(({ hosts }) => listOf(hosts));
      return listOf(spec?.rules).flatMap(({ host }, i) =>
        host === undefined ||
        /(^|\.)localhost$/.test(host) ||
        covered.includes(host) ||
        covered.includes(host.replace(/^[^.]+/, '*')) ||
        (listOf(spec?.tls).length > 0 && covered.length === 0)
          ? []
          : [
              {
                manifest,
                field: ['spec', 'rules', i, 'host'],
                message: `${host} is served without TLS.`,
                expected: `tls with the host ${host}`,
                got: covered.length > 0 ? show(covered) : 'none',
                fix: `Set the option tlsSecret of the gateway to the Secret with the certificate. In YAML: add ${host} to spec.tls.`,
              },
            ],
      );
    }),
);
