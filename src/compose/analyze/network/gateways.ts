import { PartReference } from '../../write/chart';
import type { Context } from '../context';
import type { Member } from '../member';
import { publishedPorts } from './listening';
import { entriesOf, get, isTrue, itemsOf, textOf } from '../../load/node';
import type { Literal } from '../../write/typescript';

/** A way in from outside. */
interface Door {
  readonly host: string;
  readonly path: string;
  readonly to: Member;
}

/** Labels of traefik that say what the gateway knows. */
const TAKEN_OVER =
  /^traefik\.(enable|http\.services\.[^.]+\.loadbalancer\.server\.port|docker\.network|http\.routers\.[^.]+\.(entrypoints|service))$/i;
const MORE = 'The gateway leads hosts and paths to microservices; anything more is for its ingress controller.';

/** Makes the doors: what publishes HTTP is led to by a gateway, under a host of its own where there are several. */
export function addDoors(context: Context): void {
  const { report, name } = context;
  const members = [...context.members.values()].filter(({ role }) => role.kind !== 'left out');
  const labelled = members.flatMap((member) => labelledDoors(context, member));
  const published = members.filter(
    (member) => member.role.kind === 'http' && isPublished(member) && !labelled.some(({ to }) => to === member),
  );
  const single = published.length === 1 && labelled.length === 0;
  const doors = [
    ...labelled,
    ...published.map((to): Door => ({
      to,
      path: '/',
      host: single ? `${name}.localhost` : `${to.id}.${name}.localhost`,
    })),
  ];
  for (const member of members) {
    const host = doors.find(({ to }) => to === member)?.host;
    for (const { node, target, protocol } of publishedPorts(member)) {
      if (protocol !== 'tcp') report.refused(node, `A Service of ours speaks TCP, and no ${protocol}.`);
      else if (host !== undefined && member.role.kind === 'http' && target === member.role.port)
        report.approximated(node, `In place of a port of the machine, the gateway answers at http://${host}.`);
      else
        report.approximated(
          node,
          `No port of the machine leads to it: kubectl -n ${name} port-forward service/${member.id} ${target}`,
        );
    }
    for (const item of itemsOf(get(member.node, 'ports'))) {
      if (publishedPorts(member).some(({ node }) => node === item)) continue;
      context.problems.push({
        code: 'compose-invalid',
        message: `${item.spot.path} is no port.`,
        expected: '[HOST:]CONTAINER[/PROTOCOL], numbers from 1 to 65535',
        got: textOf(item),
        place: item.spot.place,
        fix: 'Write, for instance, "8080:80".',
      });
    }
    for (const item of itemsOf(get(member.node, 'expose'))) report.converted(item);
  }
  const hosts = [...new Set(doors.map(({ host }) => host))];
  for (const host of hosts) {
    const own = doors.filter((door) => door.host === host);
    const routes = Object.fromEntries(own.map(({ path, to }) => [path, new PartReference(to.id)])) as Record<
      string,
      Literal
    >;
    context.parts.push({
      construct: 'Gateway',
      id: context.freeId(hosts.length === 1 ? 'gateway' : `${own[0]!.to.id}-gateway`, 'ingress'),
      options: { ...(host !== '' && { host }), routes },
    });
  }
}

/** Whether others than this machine are to reach it. */
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

/** The hosts and paths that traefik's labels lead to a service. */
function labelledDoors({ report }: Context, member: Member): Door[] {
  const labels = entriesOf(get(member.node, 'labels'));
  const traefik = labels.filter(([key]) => key.startsWith('traefik.'));
  const off = traefik.some(([key, value]) => key === 'traefik.enable' && !isTrue(value));
  if (member.role.kind !== 'http' || traefik.length === 0 || off) return [];
  const doors: Door[] = [];
  for (const [key, value] of traefik) {
    if (/^traefik\.http\.routers\.[^.]+\.rule$/i.test(key)) {
      const found = ruleDoors(textOf(value) ?? '', member);
      doors.push(
        ...(found ?? []).filter((door) => !doors.some(({ host, path }) => host === door.host && path === door.path)),
      );
      if (found) report.converted(value, 'The gateway leads to it.');
      else report.refused(value, MORE);
    } else if (TAKEN_OVER.test(key)) report.converted(value, 'The gateway leads to it.');
    else if (/\.tls(\.|$)/i.test(key))
      report.approximated(value, 'The gateway takes a certificate from a Secret: name it with tlsSecret.');
    else report.refused(value, MORE);
  }
  return doors;
}

/** `Host(`a`, `b`) && PathPrefix(`/api`)`: the parts that an Ingress has too. */
function ruleDoors(rule: string, to: Member): Door[] | undefined {
  const rest = rule.replace(/\b(Host|PathPrefix|Path)\(([^()]*)\)|&&|\|\||\s/g, '');
  if (rest !== '') return undefined;
  const of = (name: string) =>
    [...rule.matchAll(new RegExp(`\\b${name}\\(([^()]*)\\)`, 'g'))].flatMap(([, list = '']) =>
      [...list.matchAll(/[`'"]([^`'"]+)[`'"]/g)].map(([, text]) => text!),
    );
  const hosts = of('Host').filter((host) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(host));
  const paths = [...of('PathPrefix'), ...of('Path')].map((path) => path.replace(/(.)\/+$/, '$1'));
  if (hosts.length === 0) return undefined;
  return hosts.flatMap((host) => (paths.length > 0 ? paths : ['/']).map((path) => ({ host, path, to })));
}
