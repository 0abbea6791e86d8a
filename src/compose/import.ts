import { relative } from 'node:path';
import { CallsignError, type Problem } from '../problems/problem';
import { renderChart, type ChartModel } from './write/chart';
import { Context } from './analyze/context';
import type { Member } from './analyze/member';
import { databaseOptions, isDatabase } from './analyze/database/options';
import { addDoors } from './analyze/network/gateways';
import { EnvironmentConverter } from './analyze/environment/settings';
import { mentionsOf } from './analyze/network/listening';
import { load, type ComposeInput, type Loaded } from './load/load';
import { microserviceOptions, plainKeys } from './analyze/microservice/options';
import { entriesOf, get, itemsOf, leavesOf, textOf, type Node } from './load/node';
import { dnsName, servicesOf } from './load/project';
import type { Entry } from './load/report';
import { roleOf } from './analyze/roles';
import { sharedVolumes } from './load/mounts';

/** What to import, and where the library is. */
export interface ImportOptions extends ComposeInput {
  readonly profiles: readonly string[];
  /** What the chart imports the library from. */
  readonly library: string;
}

/** A chart, and what became of every key. */
export interface Imported {
  /** The name of the chart and of its namespace. */
  readonly name: string;
  /** The chart in TypeScript. */
  readonly chart: string;
  readonly report: readonly Entry[];
  /** Commands that make the Secrets which the chart names. */
  readonly secrets: readonly string[];
  /** What a person should know beside it. */
  readonly warnings: readonly string[];
}

/** Turns compose files into a chart. Throws a CallsignError that tells every problem of the files at once. */
export function importCompose(options: ImportOptions): Imported {
  const problems: Problem[] = [];
  const loaded = load(options, problems);
  const result = loaded && convert(loaded, options, problems);
  if (problems.length > 0 || !result) throw new CallsignError(inOrder(problems));
  return result;
}

function convert(loaded: Loaded, { profiles, library, files }: ImportOptions, problems: Problem[]): Imported {
  const name = dnsName(loaded.name, 'app');
  const context = new Context(loaded, name, problems, servicesOf(loaded, profiles, problems), roleOf);
  const members = [...context.members.values()];
  const shared = sharedVolumes(members);
  for (const member of members) addCalls(context, member);
  for (const member of members) {
    const { role } = member;
    if (role.kind === 'left out') context.report.rest(member.node, 'refused', role.why);
    else if (isDatabase(member))
      context.parts.push({ construct: 'Database', id: member.id, options: databaseOptions(context, member) });
    else {
      const options = microserviceOptions(context, member, new EnvironmentConverter(context, member), shared);
      context.parts.push({ construct: 'Microservice', id: member.id, options });
    }
  }
  addDoors(context);
  for (const member of members) if (member.role.kind !== 'left out') plainKeys(context, member);
  topLevel(context, name);
  if (members.length === 0 && problems.length === 0) {
    problems.push({
      code: 'compose-invalid',
      message: 'It has no services, or none whose profile was chosen.',
      place: { file: relative('', files[0]!), line: 1 },
      fix: 'Name a profile with --profile, or add services.',
    });
  }
  const model: ChartModel = {
    name,
    sources: files.map((file) => relative('', file) || file),
    parts: context.parts,
    calls: context.calls,
  };
  return {
    name,
    chart: renderChart(model, library),
    report: context.report.entries(),
    secrets: context.secrets.commands(),
    warnings: warnings(context),
  };
}

/** Whom a service calls: whom it waits for, whom it links to, and whose host names it uses. */
function addCalls(context: Context, member: Member): void {
  if (member.role.kind === 'left out') return;
  const { report } = context;
  const call = (other: Member | undefined) => {
    if (!other || other === member || other.role.kind === 'worker' || other.role.kind === 'left out') return false;
    member.calls.add(other);
    return true;
  };
  for (const [name, how] of entriesOf(get(member.node, 'depends_on'))) {
    const other = context.members.get(name);
    const called = call(other);
    const condition = get(how, 'condition');
    if (!other) report.approximated(how, 'Its profile was not chosen.');
    else if (!called)
      report.approximated(
        how,
        other.role.kind === 'worker'
          ? `${name} listens on no port that the file names, so nothing can call it.`
          : `${name} is not in the chart.`,
      );
    else if (textOf(condition) === 'service_started') report.converted(condition, `${member.id} calls ${other.id}.`);
    else
      report.approximated(
        condition,
        `${member.id} calls ${other.id}: nobody waits at the start, so it has to try again until ${other.id} answers.`,
      );
    if (called)
      for (const key of ['required', 'restart'])
        report.approximated(get(how, key), 'Nobody waits for another at the start.');
  }
  for (const link of itemsOf(get(member.node, 'links'))) call(context.members.get((textOf(link) ?? '').split(':')[0]!));
  for (const { host } of mentionsOf(member)) call(context.memberAt(host, member));
}

/** What stands at no key of the input. */
function warnings({ loaded, members, notes }: Context): string[] {
  const called = new Set([...members.values()].flatMap(({ calls }) => [...calls]));
  const lonely = [...members.values()]
    .filter((member) => ['database', 'server'].includes(member.role.kind) && !called.has(member))
    .map(({ id }) => id);
  const nobody = `Nobody calls ${lonely.join(', ')}, as far as the files tell: add the calls.`;
  const moved = [...members.values()]
    .filter(({ role }) => role.kind === 'http' && role.port !== 80)
    .map(({ id }) => id);
  const port = `HTTP is on port 80 by name (${moved.map((id) => `http://${id}`).join(', ')}): where a program has another port written into it, change it there.`;
  return [
    ...new Set(loaded.unset),
    ...notes,
    ...(lonely.length > 0 ? [nobody] : []),
    ...(moved.length > 0 ? [port] : []),
  ];
}

/** The keys beside the services. */
function topLevel({ loaded: { root, report, extended }, members }: Context, name: string): void {
  const left = (node: Node | undefined) => report.rest(node, 'approximated', 'Nothing in the chart uses it.');
  report.converted(get(root, 'version'), 'Compose passes over it too.');
  report.converted(get(root, 'name'), `The namespace is called ${name}.`);
  for (const [, network] of entriesOf(get(root, 'networks')))
    report.approximated(network, 'In place of networks each call is let through, and nothing else is.');
  report.rest(
    get(root, 'networks'),
    'approximated',
    'In place of networks each call is let through, and nothing else is.',
  );
  for (const section of ['volumes', 'secrets', 'configs']) left(get(root, section));
  report.rest(get(root, 'models'), 'refused', 'A model is called as what serves it: an External, or a microservice.');
  for (const [key, node] of root.entries)
    if (key.startsWith('x-')) report.rest(node, 'converted', 'An extension: compose passes over it too.');
  for (const file of extended) {
    for (const [key, node] of entriesOf(file))
      report.rest(
        node,
        key === 'services' ? 'approximated' : 'converted',
        key === 'services' ? 'Nothing extends it.' : 'Only services are extended.',
      );
  }
  for (const { node } of members.values()) {
    // A map that says nothing asks for nothing.
    for (const leaf of leavesOf(node))
      if (leaf.kind !== 'scalar' || leaf.value === null) report.rest(leaf, 'converted', 'It says nothing.');
  }
}

/** Each once, in the order of the files: who fixes them goes from line to line. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const all = [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
  const files = [...new Set(all.map(({ place }) => place?.file))];
  return files.flatMap((file) =>
    all.filter(({ place }) => place?.file === file).toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0)),
  );
}
