import { nearest } from '../../basics/nearest';
import type { Problem } from '../../problems/problem';
import { show } from '../../basics/text';
import type { CallSentence, Part } from '../write/chart';
import { DATABASE_IMAGES } from './database/images';
import type { SourceCode } from '../write/typescript';
import type { Loaded } from '../load/load';
import { entriesOf, get, itemsOf, leavesOf, textOf, type Node } from '../load/node';
import { dnsName } from '../load/project';
import { aliasesOf, listeningOf, mentionsOf, type Listening } from './network/listening';
import { mentionsIn } from './network/hosts';
import type { Member, Role } from './member';
import { mountedTexts } from '../load/mounts';
import type { ImportReport } from '../load/report';
import { SecretBook } from './secrets/secret-book';
import { hasSecretLooks, isSecret, isSecretName, passwordsIn, secretValuesOf } from './secrets/detect';
import { commandOf, type Service } from '../load/service';
import { wordsOf } from '../load/short-forms';

/** Passwords that are words too: where such a word stands, it need not be one. */
const COMMON = /^(postgres|password|example|default|secret|root|admin|mysql|redis|rabbitmq|changeme|minioadmin)$/i;

/** What the conversion of one compose file knows and makes. */
export class Context {
  readonly parts: Part[] = [];
  readonly calls: CallSentence[] = [];
  /** What a person should know beside what is said of the keys. */
  readonly notes: string[] = [];
  readonly secrets: SecretBook;
  readonly members = new Map<string, Member>();
  /** Images that are built here, by what they are built from. */
  readonly images = new Map<string, SourceCode>();
  /** Values of secrets that are long enough to be known again where they stand in something else. */
  readonly secretValues: readonly string[];
  readonly #hosts = new Map<string, Member>();
  readonly #volumes = new Map<string, string>();
  readonly #ids = new Set<string>();

  constructor(
    readonly loaded: Loaded,
    /** The namespace, and the id of the chart. */
    readonly name: string,
    readonly problems: Problem[],
    services: ReadonlyMap<string, Service>,
    roleOf: (service: Service, listening: Listening, all: ReadonlyMap<string, Service>) => Role,
  ) {
    this.secrets = new SecretBook(name);
    const settings = [...services.values()].flatMap(({ env }) =>
      [...env].filter(([key, { value, variables }]) => isSecret(key, String(value), variables)),
    );
    const commands = [...services.values()].flatMap(({ node }) => [
      commandOf(get(node, 'command'), wordsOf),
      commandOf(get(node, 'entrypoint'), wordsOf),
    ]);
    const passwords = commands.flatMap((words) => passwordsIn(words.map(({ word }) => word)));
    const words = new Set([...services.values()].flatMap(wordsOfNames));
    this.secretValues = [...settings.map(([, { value }]) => String(value)), ...passwords].filter(
      (value) => value.length >= 6 && !COMMON.test(value) && !words.has(value),
    );
    const names = new Map(
      [...services.values()].flatMap((service) =>
        aliasesOf(service).map((alias) => [alias.toLowerCase(), service] as const),
      ),
    );
    for (const service of services.values()) names.set(service.name.toLowerCase(), service);
    const mentioned = new Map(
      [...services.values()].map((service) => [service.name, [] as ReturnType<typeof mentionsOf>]),
    );
    for (const service of services.values()) {
      const own = linksOf(service);
      const inFiles = mountedTexts(service).flatMap((text) => text.split('\n').flatMap((line) => mentionsIn(line)));
      for (const mention of [...mentionsOf(service), ...inFiles]) {
        const host = mention.host.toLowerCase();
        const other = names.get(own.get(host) ?? host);
        // A service that names itself tells what it listens on, too.
        if (other) mentioned.get(other.name)!.push(mention);
      }
    }
    const needed = new Set(
      [...services.values()].flatMap(({ node }) => [
        ...entriesOf(get(node, 'depends_on')).map(([other]) => other),
        ...itemsOf(get(node, 'links')).map((link) => (textOf(link) ?? '').split(':')[0]!),
      ]),
    );
    for (const service of services.values()) {
      const role = roleOf(
        service,
        listeningOf(service, mentioned.get(service.name)!, needed.has(service.name)),
        services,
      );
      this.members.set(service.name, { ...service, role, calls: new Set() });
    }
    for (const [host, { name: member }] of names) this.#hosts.set(host, this.members.get(member)!);
  }

  get report(): ImportReport {
    return this.loaded.report;
  }

  /** The name of the part that a volume of compose becomes, or a folder of the machine; each has one, whoever mounts it. */
  volumeId(source: string, wanted = dnsName(source, 'data')): string {
    const known = this.#volumes.get(source);
    if (known) return known;
    const id = this.freeId(wanted);
    this.#volumes.set(source, id);
    return id;
  }

  /** A name that no part has yet; `otherwise` is added where one has it. */
  freeId(wanted: string, otherwise = 'data'): string {
    let id = wanted;
    const taken = (name: string) =>
      this.#ids.has(name) || [...this.members.values()].some((member) => member.id === name);
    for (let n = 2; taken(id); n++) id = n === 2 ? `${wanted}-${otherwise}` : `${wanted}-${n}`;
    this.#ids.add(id);
    return id;
  }

  /** The database whose password a secret of compose holds. */
  databaseOfSecret(secret: string): Member | undefined {
    return [...this.members.values()].find(({ role, env }) => {
      if (role.kind !== 'database') return false;
      const { password } = DATABASE_IMAGES[role.engine].variables;
      return [...env].some(([name, { value }]) => password.test(name) && value === `/run/secrets/${secret}`);
    });
  }

  /** Whether a text holds a value that nobody should read, wherever that came from. */
  isSecretText(node: Node | undefined, text: string): boolean {
    if (hasSecretLooks(text)) return true;
    const variables = node ? [...leavesOf(node)].flatMap((leaf) => (leaf.kind === 'scalar' ? leaf.variables : [])) : [];
    if (secretValuesOf(variables).some((value) => text.includes(value))) return true;
    return this.secretValues.some((value) => text.includes(value));
  }

  /** A secret or a config that a service uses and the file does not have. */
  undeclared(what: 'secret' | 'config', name: string, { spot }: Node): void {
    const known = entriesOf(get(this.loaded.root, `${what}s`)).map(([key]) => key);
    const guess = nearest(name, known);
    this.problems.push({
      code: 'compose-invalid',
      message: `There is no ${what} ${show(name)} below ${what}s.`,
      place: spot.place,
      fix: guess ? `Write ${guess}, if that is what was meant.` : `Add it below ${what}s.`,
    });
  }

  /** The service that a host name means to `from`. */
  memberAt(host: string, from: Member): Member | undefined {
    const name = host.toLowerCase();
    return this.#hosts.get(linksOf(from).get(name) ?? name);
  }
}

/** Names that stand in the file anyway: a password that is the same as one of them hides nothing where that word stands. */
function wordsOfNames({ name, env }: Service): string[] {
  const named = [...env].filter(([key]) => /(USER|USERNAME|LOGIN|DB|DATABASE|NAME)$/i.test(key) && !isSecretName(key));
  return [name, ...named.map(([, { value }]) => String(value))];
}

/** The names that `links` give to other services. */
function linksOf({ node }: Service): Map<string, string> {
  const links = [...itemsOf(get(node, 'links')), ...itemsOf(get(node, 'external_links'))].map((link) =>
    (textOf(link) ?? '').split(':'),
  );
  return new Map(
    links.flatMap(([service = '', alias]) => (alias ? [[alias.toLowerCase(), service.toLowerCase()] as const] : [])),
  );
}

/** Whether a service has to end before others start. */
export function isAwaited({ name }: Service, all: ReadonlyMap<string, Service>): boolean {
  return [...all.values()].some(({ node }) =>
    entriesOf(get(node, 'depends_on')).some(
      ([other, how]) => other === name && textOf(get(how, 'condition')) === 'service_completed_successfully',
    ),
  );
}
