import { withoutEndSlashes } from '../../load/end-slashes';
import { entriesOf, isTrue, itemsOf, nodeAt, textOf } from '../../load/node';
import { PartReference } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { Member } from '../member';
import { publishedPorts } from './listening';

/** A route of a gateway. */
interface PlannedRoute {
  readonly host: string;
  readonly path: string;
  readonly to: Member;
}

/** Labels of traefik that the gateway replaces. */
const REPLACED =
  /^traefik\.(enable|http\.services\.[^.]+\.loadbalancer\.server\.port|docker\.network|http\.routers\.[^.]+\.(entrypoints|service))$/i;
/** The most routes of one rule. */
const MOST_ROUTES = 1000;
const ROUTED = 'The gateway has the route.';
const UNSUPPORTED = 'A Gateway routes by host and path only. Configure the rest in the ingress controller.';

/** Adds a gateway for each host. Services that publish HTTP share one host if there is only one, else each has its own. */
export function addGateways(context: ImportContext): void {
  const { name } = context;
  const members = [...context.members.values()].filter(({ role }) => role.kind !== 'left out');
  const labelled = members.flatMap((member) => labelledRoutes(context, member));
  const published = members.filter((member) => isPublished(member) && !labelled.some(({ to }) => to === member));
  const single = published.length === 1 && labelled.length === 0;
  const routes = [
    ...labelled,
    ...published.map((to) => ({
      to,
      path: '/',
      host: single ? `${name}.localhost` : `${to.id}.${name}.localhost`,
    })),
  ];
  for (const member of members) reportPorts(context, member, routes.find(({ to }) => to === member)?.host);
  const hosts = [...new Set(routes.map(({ host }) => host))];
  for (const host of hosts) {
    const own = routes.filter((route) => route.host === host);
    context.parts.push({
      construct: 'Gateway',
      id: context.freeId(hosts.length === 1 ? 'gateway' : `${own[0]!.to.id}-gateway`, 'ingress'),
      options: { host, routes: Object.fromEntries(own.map(({ path, to }) => [path, new PartReference(to.id)])) },
    });
  }
}

/** `host` is the host of the gateway that has a route to the service. */
function reportPorts({ report, name, problems }: ImportContext, member: Member, host: string | undefined): void {
  const ports = publishedPorts(member);
  for (const { node, target, protocol } of ports) {
    if (protocol !== 'tcp' && !(protocol === 'udp' && 'udpPorts' in member.role))
      report.refused(node, `In the chart, it has no ports for ${protocol}.`);
    else if (protocol === 'udp')
      report.approximated(
        node,
        `Only parts of the chart reach it, and kubectl port-forward carries no UDP. To open it to other machines, set service: { external: { reason: '…' } } on ${member.id}.`,
      );
    else if (host !== undefined && member.role.kind === 'http' && target === member.role.port)
      report.approximated(node, `The gateway answers at http://${host}, instead of a port of the machine.`);
    else
      report.approximated(
        node,
        `No port of the machine leads to it. To connect, run kubectl -n ${name} port-forward service/${member.id} ${target}`,
      );
  }
  const valid = new Set(ports.map(({ node }) => node));
  for (const item of itemsOf(nodeAt(member.node, 'ports'))) {
    if (valid.has(item)) continue;
    problems.push({
      code: 'compose-invalid',
      message: `${item.position.path} is not a port.`,
      expected: '[HOST:]CONTAINER[/PROTOCOL], numbers from 1 to 65535',
      got: textOf(item),
      place: item.position.place,
      fix: 'Write, for example, "8080:80".',
    });
  }
  for (const item of itemsOf(nodeAt(member.node, 'expose'))) report.converted(item);
}

/** Whether it publishes HTTP to other machines. */
function isPublished(member: Member): boolean {
  const { role } = member;
  return (
    role.kind === 'http' &&
    publishedPorts(member).some(
      ({ target, hostIp, protocol }) =>
        protocol === 'tcp' && target === role.port && !/^(127\.|::1$)/.test(hostIp ?? ''),
    )
  );
}

/** The routes to a service in the labels of traefik. */
function labelledRoutes({ report }: ImportContext, member: Member): PlannedRoute[] {
  const traefik = entriesOf(nodeAt(member.node, 'labels')).filter(([key]) => key.startsWith('traefik.'));
  const off = traefik.some(([key, value]) => key === 'traefik.enable' && !isTrue(value));
  if (member.role.kind !== 'http' || off) return [];
  const routes: PlannedRoute[] = [];
  for (const [key, value] of traefik) {
    if (/^traefik\.http\.routers\.[^.]+\.rule$/i.test(key)) {
      const found = routesOfRule(textOf(value) ?? '', member);
      const isNew = (route: PlannedRoute) =>
        !routes.some(({ host, path }) => host === route.host && path === route.path);
      routes.push(...(found ?? []).filter(isNew));
      if (found) report.converted(value, ROUTED);
      else report.refused(value, UNSUPPORTED);
    } else if (REPLACED.test(key)) report.converted(value, ROUTED);
    else if (/\.tls(\.|$)/i.test(key))
      report.approximated(value, 'The gateway reads its certificate from a Secret. Name the Secret with tlsSecret.');
    else report.refused(value, UNSUPPORTED);
  }
  return routes;
}

/** The routes of a rule such as `Host(`a`, `b`) && PathPrefix(`/api`)`; undefined if the rule has other matchers. */
function routesOfRule(rule: string, to: Member): PlannedRoute[] | undefined {
  const rest = rule.replace(/\b(Host|PathPrefix|Path)\(([^()]*)\)|&&|\|\||\s/g, '');
  if (rest !== '') return undefined;
  const of = (name: string) =>
    [...rule.matchAll(new RegExp(`\\b${name}\\(([^()]*)\\)`, 'g'))].flatMap(([, list = '']) =>
      [...list.matchAll(/[`'"]([^`'"]+)[`'"]/g)].map(([, text]) => text!),
    );
  const hosts = of('Host').filter((host) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(host));
  const paths = [...of('PathPrefix'), ...of('Path')].map(withoutEndSlashes);
  if (hosts.length === 0 || hosts.length * paths.length > MOST_ROUTES) return undefined;
  return hosts.flatMap((host) => (paths.length > 0 ? paths : ['/']).map((path) => ({ host, path, to })));
}
