import { nearest } from '../../basics/nearest';
import { show } from '../../basics/text';
import { isDnsLabel } from '../../k8s/names';
import type { Problem } from '../../problems/problem';
import type { ComposeProject } from './load';
import { entriesOf, isFalse, itemsOf, leavesOf, nodeAt, textOf, type ComposeNode } from './node';
import { FreeNames } from './free-names';
import { ServiceReader, type ComposeService } from './service';

/** The services without a profile or with a chosen profile, by their names in the Compose file. */
export function chosenServices(
  project: ComposeProject,
  profiles: readonly string[],
  problems: Problem[],
): Map<string, ComposeService> {
  const { root, report } = project;
  const reader = new ServiceReader(project, problems);
  const services = new Map<string, ComposeService>();
  const excluded = new Set<string>();
  const names = new FreeNames();
  for (const [name, node] of entriesOf(nodeAt(root, 'services'))) {
    if (node.kind !== 'dict') continue;
    const wanted = itemsOf(nodeAt(node, 'profiles')).map((profile) => textOf(profile) ?? '');
    if (wanted.length > 0 && !wanted.some((profile) => profiles.includes(profile) || profiles.includes('*'))) {
      excluded.add(name);
      report.rest(node, 'approximated', `Its profile is not chosen. Add --profile ${wanted[0]} to include it.`);
      continue;
    }
    report.converted(nodeAt(node, 'profiles'), 'Its profile is chosen.');
    const id = names.take(dnsName(name));
    services.set(name, reader.service(name, id, node));
    if (id !== name)
      report.approximated(
        [...leavesOf(node)][0],
        `The service is called ${id}, because ${name} is ${dnsName(name) === name ? 'already the name of another service' : 'not a valid name of a Service'}.`,
      );
  }
  checkDependencies(services, excluded, problems);
  return services;
}

/** A valid name of a Service: `my_service` becomes `my-service`. */
export function dnsName(name: string, fallback = 'service'): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  return [plain, `${fallback}-${plain}`].find(isDnsLabel) ?? fallback;
}

function checkDependencies(
  services: ReadonlyMap<string, ComposeService>,
  excluded: ReadonlySet<string>,
  problems: Problem[],
): void {
  const edges = new Map<string, [string, ComposeNode][]>();
  for (const { name, node } of services.values()) {
    const dependencies = entriesOf(nodeAt(node, 'depends_on'));
    edges.set(name, dependencies);
    for (const [other, dependency] of dependencies) {
      if (services.has(other) || isFalse(nodeAt(dependency, 'required'))) continue;
      const guess = nearest(other, services.keys());
      problems.push({
        code: 'compose-invalid',
        message: excluded.has(other)
          ? `${name} depends on ${show(other)}, whose profile is not chosen.`
          : `${name} depends on ${show(other)}, which is not a service.`,
        place: dependency.position.place,
        fix: excluded.has(other)
          ? 'Choose its profile with --profile, or add required: false.'
          : guess
            ? `Write ${guess} if you mean that service.`
            : `Remove ${show(other)} from depends_on.`,
      });
    }
  }
  for (const cycle of cyclesIn(edges)) {
    problems.push({
      code: 'compose-cycle',
      message: `Services depend on each other: ${cycle.map(([name]) => name).join(' → ')}.`,
      place: cycle[1]![1]!.position.place,
      fix: 'Remove one of these lines from depends_on. A caller retries until the other service answers.',
    });
  }
}

/** The most cycles that are reported. Each further one probably contains the same services. */
const MOST_CYCLES = 20;

/** The cycles of dependencies, each once. Each name comes with the node that leads to it. */
function cyclesIn(edges: ReadonlyMap<string, [string, ComposeNode][]>): [string, ComposeNode | undefined][][] {
  const found: [string, ComposeNode | undefined][][] = [];
  const done = new Set<string>();
  // A loop instead of a recursive function, because a chain of services can be longer than the stack.
  for (const start of edges.keys()) {
    const path: [string, ComposeNode | undefined][] = [];
    const places = new Map<string, number>();
    const open: (readonly [string, ComposeNode | undefined] | undefined)[] = [[start, undefined]];
    while (open.length > 0 && found.length < MOST_CYCLES) {
      const next = open.pop();
      if (!next) {
        const [left] = path.pop()!;
        places.delete(left);
        done.add(left);
        continue;
      }
      const [name, node] = next;
      const at = places.get(name);
      if (at !== undefined) found.push([...path.slice(at), [name, node]]);
      if (at !== undefined || done.has(name)) continue;
      places.set(name, path.length);
      path.push([name, node]);
      open.push(undefined, ...(edges.get(name) ?? []).toReversed());
    }
  }
  return found;
}
