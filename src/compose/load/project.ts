import { isDnsLabel } from '../../k8s/names';
import { nearest } from '../../basics/nearest';
import type { Problem } from '../../problems/problem';
import { show } from '../../basics/text';
import type { Loaded } from './load';
import { entriesOf, get, itemsOf, leavesOf, textOf, type Node } from './node';
import { isFalse, ServiceReader, type Service } from './service';

/** The services that are to run, by their names in the compose file. */
export function servicesOf(loaded: Loaded, profiles: readonly string[], problems: Problem[]): Map<string, Service> {
  const { root, report } = loaded;
  const reader = new ServiceReader(loaded, problems);
  const services = new Map<string, Service>();
  const left = new Set<string>();
  const ids = new Set<string>();
  for (const [name, node] of entriesOf(get(root, 'services'))) {
    if (node.kind !== 'dict') continue;
    const needed = itemsOf(get(node, 'profiles')).map((profile) => textOf(profile) ?? '');
    if (needed.length > 0 && !needed.some((profile) => profiles.includes(profile) || profiles.includes('*'))) {
      left.add(name);
      report.rest(node, 'approximated', `Left out: add --profile ${needed[0]} to take it in.`);
      continue;
    }
    report.converted(get(node, 'profiles'), 'Its profile was chosen.');
    const id = freeName(name, ids);
    services.set(name, reader.service(name, id, node));
    if (id !== name)
      report.approximated(
        [...leavesOf(node)][0],
        `The service is called ${id}: ${name} cannot be the name of a Service.`,
      );
  }
  checkDependencies(services, left, problems);
  return services;
}

/** A name that a Service can have: `my_service` becomes `my-service`. */
export function dnsName(name: string, fallback = 'service'): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  return [plain, `${fallback}-${plain}`].find(isDnsLabel) ?? fallback;
}

function freeName(name: string, taken: Set<string>): string {
  const wanted = dnsName(name);
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`;
  taken.add(id);
  return id;
}

function checkDependencies(
  services: ReadonlyMap<string, Service>,
  left: ReadonlySet<string>,
  problems: Problem[],
): void {
  const edges = new Map<string, [string, Node][]>();
  for (const { name, node } of services.values()) {
    const needed = entriesOf(get(node, 'depends_on'));
    edges.set(name, needed);
    for (const [other, how] of needed) {
      if (services.has(other) || isFalse(get(how, 'required'))) continue;
      const guess = nearest(other, services.keys());
      problems.push({
        code: 'compose-invalid',
        message: left.has(other)
          ? `${name} needs ${show(other)}, whose profile was not chosen.`
          : `${name} needs ${show(other)}, which is no service.`,
        place: how.spot.place,
        fix: left.has(other)
          ? 'Choose its profile with --profile, or write required: false.'
          : guess
            ? `Write ${guess}, if that is what was meant.`
            : 'Take it out.',
      });
    }
  }
  for (const circle of circles(edges)) {
    problems.push({
      code: 'compose-cycle',
      message: `Services wait for each other: ${circle.map(([name]) => name).join(' → ')}.`,
      place: circle[1]![1]!.spot.place,
      fix: 'Take one of these lines out of depends_on: whoever calls tries again until the other one answers.',
    });
  }
}

/** The ways on which a service waits for itself, each once; every name with the line that leads to it. */
function circles(edges: ReadonlyMap<string, [string, Node][]>): [string, Node | undefined][][] {
  const found: [string, Node | undefined][][] = [];
  const done = new Set<string>();
  const visit = (name: string, node: Node | undefined, way: [string, Node | undefined][]) => {
    const start = way.findIndex(([other]) => other === name);
    if (start >= 0) found.push([...way.slice(start), [name, node]]);
    if (start >= 0 || done.has(name)) return;
    for (const [other, how] of edges.get(name) ?? []) visit(other, how, [...way, [name, node]]);
    done.add(name);
  };
  for (const name of edges.keys()) visit(name, undefined, []);
  return found;
}
