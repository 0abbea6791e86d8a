import { nearest } from '../../basics/nearest';
import { show } from '../../basics/text';
import type { Problem } from '../../problems/problem';
import type { ComposeProject } from '../load/load';
import { mountedTexts } from '../load/mounts';
import { entriesOf, itemsOf, leavesOf, nodeAt, textOf, type ComposeNode } from '../load/node';
import { dnsName } from '../load/project';
import type { ImportReport } from '../load/report';
import { commandOf, type ComposeService } from '../load/service';
import type { Invocation, PlannedCall, PlannedPart } from '../plan/plan';
import { DATABASE_IMAGES } from './database/images';
import { roleOf, type Member } from './member';
import { mentionsIn, type HostMention } from './network/hosts';
import { aliasesOf, listeningOf, mentionsOf } from './network/listening';
import { hasSecretLooks, isSecret, isSecretName, passwordsIn, secretValuesOf } from './secrets/detect';
import { SecretBook } from './secrets/secret-book';

/** Passwords that are also usual words. Such a word in another text is probably not the password. */
const COMMON = /^(postgres|password|example|default|secret|root|admin|mysql|redis|rabbitmq|changeme|minioadmin)$/i;

/** The shared state of the analysis: the services, and the plan so far. */
export class ImportContext {
  readonly parts: PlannedPart[] = [];
  readonly calls: PlannedCall[] = [];
  /** Warnings that belong to no single key. */
  readonly notes: string[] = [];
  readonly secrets = new SecretBook();
  readonly members = new Map<string, Member>();
  /** Images that are built, by their sources. */
  readonly images = new Map<string, Invocation>();
  /** Secret values that are long enough to find them in other texts. */
  readonly secretValues: readonly string[];
  readonly #hosts = new Map<string, Member>();
  readonly #volumes = new Map<string, string>();
  readonly #ids = new Set<string>();

  constructor(
    readonly project: ComposeProject,
    /** The namespace, and the id of the chart. */
    readonly name: string,
    readonly problems: Problem[],
    services: ReadonlyMap<string, ComposeService>,
  ) {
    const all = [...services.values()];
    this.secretValues = secretValuesIn(all);
    const hosts = new Map(
      all.flatMap((service) => aliasesOf(service).map((alias) => [alias.toLowerCase(), service] as const)),
    );
    for (const service of all) hosts.set(service.name.toLowerCase(), service);
    const mentions = mentionsByService(all, hosts);
    const dependencies = new Set(
      all.flatMap(({ node }) => [
        ...entriesOf(nodeAt(node, 'depends_on')).map(([other]) => other),
        ...itemsOf(nodeAt(node, 'links')).map((link) => (textOf(link) ?? '').split(':')[0]!),
      ]),
    );
    for (const service of all) {
      const listening = listeningOf(service, mentions.get(service.name) ?? [], dependencies.has(service.name));
      this.members.set(service.name, {
        ...service,
        role: roleOf(service, listening, services),
        calls: new Set(),
        portCalls: new Map(),
      });
    }
    for (const [host, { name: member }] of hosts) this.#hosts.set(host, this.members.get(member)!);
  }

  get report(): ImportReport {
    return this.project.report;
  }

  /** The id of the volume for a named volume or a folder of the machine. All mounts of one source share one volume. */
  volumeId(source: string, wanted = dnsName(source, 'data')): string {
    const known = this.#volumes.get(source);
    if (known) return known;
    const id = this.freeId(wanted);
    this.#volumes.set(source, id);
    return id;
  }

  /** An unused id. If `wanted` is taken, the id ends with `suffix` or a number. */
  freeId(wanted: string, suffix = 'data'): string {
    let id = wanted;
    const taken = (name: string) =>
      this.#ids.has(name) || [...this.members.values()].some((member) => member.id === name);
    for (let n = 2; taken(id); n++) id = n === 2 ? `${wanted}-${suffix}` : `${wanted}-${n}`;
    this.#ids.add(id);
    return id;
  }

  /** The database whose password is in this secret of the Compose file. */
  databaseOfSecret(secret: string): Member | undefined {
    return [...this.members.values()].find(({ role, env }) => {
      if (role.kind !== 'database') return false;
      const { password } = DATABASE_IMAGES[role.engine].variables;
      return [...env].some(([name, { value }]) => password.test(name) && value === `/run/secrets/${secret}`);
    });
  }

  /** Whether a text contains a secret value: one that looks like a secret, or a known one. */
  isSecretText(node: ComposeNode | undefined, text: string): boolean {
    if (hasSecretLooks(text)) return true;
    const variables = node ? [...leavesOf(node)].flatMap((leaf) => (leaf.kind === 'scalar' ? leaf.variables : [])) : [];
    return [...secretValuesOf(variables), ...this.secretValues].some((value) => text.includes(value));
  }

  /** Adds the problem that a service uses a secret or a config which the file does not declare. */
  undeclared(what: 'secret' | 'config', name: string, { position }: ComposeNode): void {
    const known = entriesOf(nodeAt(this.project.root, `${what}s`)).map(([key]) => key);
    const guess = nearest(name, known);
    this.problems.push({
      code: 'compose-invalid',
      message: `There is no ${what} ${show(name)} below ${what}s.`,
      place: position.place,
      fix: guess ? `Write ${guess} if you mean that ${what}.` : `Add it below ${what}s.`,
    });
  }

  /** The service that a host name means in the settings of `from`. */
  memberAt(host: string, from: Member): Member | undefined {
    const name = host.toLowerCase();
    return this.#hosts.get(linksOf(from).get(name) ?? name);
  }
}

/** The secret values of all services that can be recognized in other texts. */
function secretValuesIn(services: readonly ComposeService[]): string[] {
  const settings = services.flatMap(({ env }) =>
    [...env].filter(([key, { value, variables }]) => isSecret(key, String(value), variables)),
  );
  const passwords = services
    .flatMap(({ node }) => [commandOf(nodeAt(node, 'command')), commandOf(nodeAt(node, 'entrypoint'))])
    .flatMap((words) => passwordsIn(words.map(({ word }) => word)));
  const names = new Set(services.flatMap(plainNamesOf));
  return [...settings.map(([, { value }]) => String(value)), ...passwords].filter(
    (value) => value.length >= 6 && !COMMON.test(value) && !names.has(value),
  );
}

/** Names that are not secret. A password that equals one of them cannot be recognized in other texts. */
function plainNamesOf({ name, env }: ComposeService): string[] {
  const named = [...env].filter(([key]) => /(USER|USERNAME|LOGIN|DB|DATABASE|NAME)$/i.test(key) && !isSecretName(key));
  return [name, ...named.map(([, { value }]) => String(value))];
}

/** How the settings, commands and mounted files of all services mention each service. A service can mention itself. */
function mentionsByService(
  services: readonly ComposeService[],
  hosts: ReadonlyMap<string, ComposeService>,
): Map<string, HostMention[]> {
  const mentions = new Map<string, HostMention[]>();
  for (const service of services) {
    const links = linksOf(service);
    const inFiles = mountedTexts(service).flatMap((text) => text.split('\n').flatMap((line) => mentionsIn(line)));
    for (const mention of [...mentionsOf(service), ...inFiles]) {
      const host = mention.host.toLowerCase();
      const other = hosts.get(links.get(host) ?? host);
      if (other) mentions.set(other.name, [...(mentions.get(other.name) ?? []), mention]);
    }
  }
  return mentions;
}

/** The names that `links` give to other services. */
function linksOf({ node }: ComposeService): Map<string, string> {
  const links = [...itemsOf(nodeAt(node, 'links')), ...itemsOf(nodeAt(node, 'external_links'))].map((link) =>
    (textOf(link) ?? '').split(':'),
  );
  return new Map(
    links.flatMap(([service = '', alias]) => (alias ? [[alias.toLowerCase(), service.toLowerCase()] as const] : [])),
  );
}
