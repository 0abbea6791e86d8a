import { nearest } from '../../basics/nearest';
import { show } from '../../basics/text';
import { isDnsLabel } from '../../k8s/names';
import type { Problem } from '../../problems/problem';
import type { ComposeProject } from '../load/load';
import { entriesOf, itemsOf, leavesOf, nodeAt, textOf, type ComposeNode } from '../load/node';
import { FreeNames } from '../load/free-names';
import { dnsName } from '../load/project';
import type { ImportReport } from '../load/report';
import { commandOf, type ComposeService } from '../load/service';
import type { Invocation, PlannedCall, PlannedPart } from '../plan/plan';
import { DATABASE_IMAGES } from './database/images';
import { fitsDatabase } from './database/fits-database';
import { Dependencies } from './dependencies';
import { roleOf, type Member } from './member';
import { mentionsInLine, type HostMention } from './network/hosts';
import { aliasesOf, listeningOf, mentionsOf, networkAliases } from './network/listening';
import { hasSecretLooks, isSecret, isSecretName, passwordsIn, secretValuesOf } from './secrets/detect';
import { SecretBook } from './secrets/secret-book';
import { SecretLinks } from './secrets/secret-links';
import { TextSearch } from './secrets/text-search';

/** Passwords that are also usual words. Such a word in another text is probably not the password. */
const COMMON =
  /^(postgres|password|example|default|secret|root|admin|mysql|redis|rabbitmq|minioadmin|(change|replace)[-_ ]?(me|this|it)\b.*|<.*>)$/i;

/** The shared state of the analysis: the services, and the plan so far. */
export class ImportContext {
  readonly parts: PlannedPart[] = [];
  readonly calls: PlannedCall[] = [];
  /** Warnings that belong to no single key. */
  readonly notes: string[] = [];
  readonly secrets = new SecretBook();
  readonly members = new Map<string, Member>();
  readonly secretLinks = new SecretLinks(this.members);
  /** Images that are built, by their sources. */
  readonly images = new Map<string, Invocation>();
  /** Secret values that are long enough to find them in other texts. */
  readonly secretValues: readonly string[];
  readonly #search: TextSearch;
  readonly #hosts = new Map<string, Member>();
  readonly #volumes = new Map<string, string>();
  readonly #ids = new FreeNames();

  constructor(
    readonly project: ComposeProject,
    /** The namespace, and the id of the chart. */
    readonly name: string,
    readonly problems: Problem[],
    services: ReadonlyMap<string, ComposeService>,
  ) {
    const all = [...services.values()];
    this.secretValues = secretValuesIn(all);
    this.#search = new TextSearch(this.secretValues);
    const hosts = new Map(
      all.flatMap((service) => aliasesOf(service).map((alias) => [alias.toLowerCase(), service] as const)),
    );
    for (const service of all) hosts.set(service.name.toLowerCase(), service);
    for (const { id } of all) this.#ids.add(id);
    const mentions = mentionsByService(all, hosts);
    const dependencies = new Dependencies(all);
    for (const service of all) {
      const texts = mentions.get(service.name) ?? [];
      const callers = new Set([...dependencies.of(service.name), ...texts.map(({ by }) => by)]);
      callers.delete(service);
      const listening = listeningOf(service, texts, dependencies.of(service.name).size > 0);
      const isUsed = callers.size > 0 || texts.length > 0;
      this.members.set(service.name, {
        ...service,
        role: roleOf(service, listening, {
          mustComplete: dependencies.awaited.has(service.name),
          isUsed,
          fits: (database) =>
            fitsDatabase((text) => this.isSecretText(undefined, text), service, database, [...callers]),
        }),
        calls: new Set(),
        portCalls: new Map(),
        ownNames: new Set(),
        aliases: new Set(),
      });
    }
    for (const [host, { name: member }] of hosts) this.#hosts.set(host, this.members.get(member)!);
    for (const member of this.members.values()) {
      const inFiles = (mentions.get(member.name) ?? []).filter(({ inFile }) => inFile).map(({ host }) => host);
      for (const host of [...inFiles, ...networkAliases(member)]) this.#addAlias(member, host.toLowerCase());
    }
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
    return this.#ids.take(wanted, suffix);
  }

  /** Gives a microservice another name, if a Service can have it. */
  #addAlias(to: Member, name: string): void {
    if ((to.role.kind !== 'http' && to.role.kind !== 'server') || !isDnsLabel(name) || this.#ids.isTaken(name)) return;
    this.#ids.add(name);
    to.aliases.add(name);
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
    return secretValuesOf(variables).some((value) => text.includes(value)) || this.#search.findsIn(text);
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

/** A text that names a service, and the service that has the text. */
interface Mention extends HostMention {
  readonly by: ComposeService;
  /** It is in a file, which the import does not change. */
  readonly inFile?: boolean;
}

/** How the settings, commands and mounted files of all services mention each service. A service can mention itself. */
function mentionsByService(
  services: readonly ComposeService[],
  hosts: ReadonlyMap<string, ComposeService>,
): Map<string, Mention[]> {
  const mentions = new Map<string, Mention[]>(services.map(({ name }) => [name, []]));
  for (const service of services) {
    const links = linksOf(service);
    const inFiles = service.texts().flatMap((text) => text.split('\n').flatMap(mentionsInLine));
    for (const mention of [...mentionsOf(service), ...inFiles.map((found) => ({ ...found, inFile: true }))]) {
      const host = mention.host.toLowerCase();
      const other = hosts.get(links.get(host) ?? host);
      if (other) mentions.get(other.name)!.push({ ...mention, by: service });
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
