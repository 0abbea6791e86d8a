import { show } from '../../../basics/text';
import { isText, listOf, namespaceOf, type World } from '../../world/world';
import { hardenedRule } from '../hardened-rule';
import type { Rule, Violation } from '../rule';

export const routeWithoutTls: Rule = hardenedRule(
  'route-without-tls',
  'Without TLS, traffic can be read and changed on its way.',
  'Add tls with a Secret that contains a certificate.',
  (world) => [...ofIngresses(world), ...ofRoutes(world)],
);

function* ofIngresses(world: World): Generator<Violation> {
  for (const manifest of world.ofKind('Ingress')) {
    const { spec } = manifest.object;
    const covered = listOf(spec?.tls).flatMap(({ hosts }) => listOf(hosts));
    for (const [i, { host }] of listOf(spec?.rules).entries()) {
      if (
        host === undefined ||
        isLocal(host) ||
        covered.includes(host) ||
        covered.includes(host.replace(/^[^.]+/, '*')) ||
        (listOf(spec?.tls).length > 0 && covered.length === 0)
      )
        continue;
      yield {
        manifest,
        field: ['spec', 'rules', i, 'host'],
        message: `${host} is served without TLS.`,
        expected: `tls with the host ${host}`,
        got: covered.length > 0 ? show(covered) : 'none',
        fix: `Set the option tlsSecret of the gateway to the Secret with the certificate. In YAML: add ${host} to spec.tls.`,
      };
    }
  }
}

/** The hosts of routes that a listener for plain HTTP serves, unless the route redirects all requests. */
function* ofRoutes(world: World): Generator<Violation> {
  for (const manifest of world.ofKind('HTTPRoute')) {
    const { spec } = manifest.object;
    const rules = listOf(spec?.rules);
    const redirects = (filters: (typeof rules)[number]['filters']) =>
      listOf(filters).some(({ type }) => type === 'RequestRedirect');
    if (rules.length > 0 && rules.every(({ filters }) => redirects(filters))) continue;
    const plain = listOf(spec?.parentRefs)
      .flatMap(({ name, namespace = namespaceOf(manifest.object), sectionName }) =>
        listOf(isText(name) ? world.find('Gateway', namespace, name)?.object.spec?.listeners : undefined).filter(
          (listener) => !isText(sectionName) || listener.name === sectionName,
        ),
      )
      .filter(({ protocol }) => protocol === 'HTTP');
    if (plain.length === 0) continue;
    for (const [i, host] of listOf(spec?.hostnames).entries()) {
      if (!isText(host) || isLocal(host)) continue;
      yield {
        manifest,
        field: ['spec', 'hostnames', i],
        message: `${host} is served without TLS.`,
        expected: 'a listener with the protocol HTTPS',
        got: `the listener ${show(plain[0]!.name)} for HTTP`,
        fix: 'Set the option tlsSecret of the gateway, or listen.issuer. In YAML: attach the route to a listener with tls, by sectionName.',
      };
    }
  }
}

function isLocal(host: string): boolean {
  return /(^|\.)localhost$/.test(host);
}
