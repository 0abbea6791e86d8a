import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node as YamlNode,
  type Scalar,
} from 'yaml';
import { show } from '../../../basics/text';
import type { Place, Problem } from '../../../problems/problem';
import type { ComposeNode, DictNode, NodePosition, ScalarNode } from '../node';
import { dateIn } from './dates';
import { hasTooManyLevels, MOST_LEVELS } from './levels';
import { numberIn } from './numbers';
import { interpolate, type VariableLookup } from '../variables/interpolate';

/** A Compose file, and the values of its variables. */
interface FileToRead {
  /** Its name in messages. */
  readonly file: string;
  readonly text: string;
  /** The folder that relative paths start from. */
  readonly base: string;
  readonly lookup: VariableLookup;
  /** Called for every variable without a value and without a default. */
  readonly unset: (name: string, place: Place) => void;
}

/** A file with more characters in values with variables has variables that multiply each other. */
const MOST_CHARACTERS = 5_000_000;
/** A file with more nodes has aliases that multiply each other. */
const MOST_NODES = 200_000;

/** Reads a Compose file: each value with its position, variables replaced, aliases and merge keys resolved. */
export function readComposeFile(
  { file, text, base, lookup, unset }: FileToRead,
  problems: Problem[],
): DictNode | undefined {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const invalid = (message: string, place: Place, fix: string) =>
    problems.push({ code: 'yaml-invalid', message, place, fix });
  const tooDeep = () => {
    invalid(
      'The lists and maps of the file have too many levels.',
      { file, line: 1 },
      `Compose files need far fewer than ${MOST_LEVELS} levels. Correct the brackets, the indentation or the aliases.`,
    );
    return undefined;
  };
  if (hasTooManyLevels(text)) return tooDeep();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, uniqueKeys: false, logLevel: 'silent' });
  const document: Document | undefined = Array.isArray(documents) ? documents[0] : undefined;
  if (document?.errors.some(({ message }) => message.startsWith('Maximum call stack'))) return tooDeep();
  for (const error of document?.errors.slice(0, 3) ?? []) {
    invalid(
      error.message
        .split('\n')[0]!
        .replace(/ at line \d+, column \d+:?$/, '')
        .replace(/[.:]?$/, '.'),
      placeAt(error.pos[0]),
      'Correct the indentation and the quotes at this place: `docker compose config` reports the same error.',
    );
  }
  if (document?.errors.length) return undefined;
  if (Array.isArray(documents) && documents.length > 1) {
    invalid(
      'The file contains several documents.',
      placeAt(documents[1]!.range[0]),
      'Write each document to its own file, and name each file with --file.',
    );
    return undefined;
  }
  const reader = new Reader(document, placeAt, base, lookup, unset, problems);
  const root = document?.contents ? reader.node(document.contents, '') : undefined;
  if (reader.tooDeep) return tooDeep();
  if (reader.overflown) {
    invalid('The aliases or the variables of the file expand to too many values.', placeAt(0), 'Write the values out.');
    return undefined;
  }
  if (root?.kind === 'dict') return root;
  problems.push({
    code: 'compose-invalid',
    message: 'The file is not a Compose file.',
    expected: 'a map with services',
    got: root === undefined ? 'nothing' : root.kind === 'list' ? 'a list' : 'a single value',
    place: placeAt(0),
    fix: 'Use the file that `docker compose` reads.',
  });
  return undefined;
}

class Reader {
  overflown = false;
  tooDeep = false;
  #count = 0;
  #level = 0;
  #expanded = 0;
  readonly #open = new Set<YamlNode>();
  readonly #targets: ReadonlyMap<unknown, YamlNode>;

  constructor(
    document: Document | undefined,
    private readonly placeAt: (offset: number) => Place,
    private readonly base: string,
    private readonly lookup: VariableLookup,
    private readonly unset: FileToRead['unset'],
    private readonly problems: Problem[],
  ) {
    this.#targets = targetsIn(document);
  }

  node(yaml: YamlNode | null | undefined, path: string, keyOffset?: number): ComposeNode {
    const offset = yaml?.range?.[0] ?? keyOffset ?? 0;
    // A map or a list gets the line of its key, not the line of its first entry.
    const position: NodePosition = {
      place: this.placeAt(isMap(yaml) || isSeq(yaml) ? (keyOffset ?? offset) : offset),
      path,
      base: this.base,
    };
    if (++this.#count > MOST_NODES) this.overflown = true;
    if (this.#level > MOST_LEVELS) this.tooDeep = true;
    if (!yaml || this.overflown || this.tooDeep) return { kind: 'scalar', value: null, position, variables: [] };
    this.#level++;
    const node = isAlias(yaml) ? this.#alias(yaml, path, position) : this.#plain(yaml, path, position);
    this.#level--;
    return node;
  }

  #plain(yaml: YamlNode, path: string, position: NodePosition): ComposeNode {
    const tag = yaml.tag === '!reset' || yaml.tag === '!override' ? { tag: yaml.tag } : {};
    if (isSeq(yaml)) {
      const items = yaml.items.map((item, i) => this.node(item as YamlNode, `${path}[${i}]`));
      return { kind: 'list', items, position, ...tag };
    }
    if (isMap(yaml)) return { kind: 'dict', entries: this.#entries(yaml, path), position, ...tag };
    return { ...this.#scalar(isScalar(yaml) ? yaml : undefined, position), ...tag };
  }

  #entries(yaml: YamlNode, path: string): Map<string, ComposeNode> {
    const entries = new Map<string, ComposeNode>();
    const merged: ComposeNode[] = [];
    for (const { key, value } of isMap(yaml) ? yaml.items : []) {
      // In YAML 1.1 a merge key is not a string.
      const merge = isScalar(key) && (typeof key.value === 'symbol' || (key.value === '<<' && key.type === 'PLAIN'));
      const name = isScalar(key) ? String(key.value) : String(key);
      const offset = isScalar(key) ? key.range?.[0] : undefined;
      if (merge) merged.push(...this.#sources(value as YamlNode, path));
      else {
        if (entries.has(name)) this.#twice(name, offset);
        entries.set(name, this.node(value as YamlNode | null, path === '' ? name : `${path}.${name}`, offset));
      }
    }
    // Keys of the map override merged keys. The first merged map overrides the next.
    for (const source of merged) {
      for (const [name, node] of source.kind === 'dict' ? source.entries : [])
        if (!entries.has(name)) entries.set(name, node);
    }
    return entries;
  }

  #twice(name: string, offset: number | undefined): void {
    this.problems.push({
      code: 'yaml-invalid',
      message: `The map has the key ${show(name)} twice.`,
      place: this.placeAt(offset ?? 0),
      fix: `Remove one of the two keys ${show(name)}.`,
    });
  }

  #sources(value: YamlNode, path: string): ComposeNode[] {
    return isSeq(value) ? value.items.map((item) => this.node(item as YamlNode, path)) : [this.node(value, path)];
  }

  #alias(yaml: YamlNode & { source: string }, path: string, position: NodePosition): ComposeNode {
    const target = this.#targets.get(yaml);
    if (!target || this.#open.has(target)) {
      const message = target ? `The alias *${yaml.source} contains itself.` : `There is no anchor &${yaml.source}.`;
      this.problems.push({ code: 'yaml-invalid', message, place: position.place, fix: 'Write the values out.' });
      return { kind: 'scalar', value: null, position, variables: [] };
    }
    this.#open.add(target);
    const node = this.node(target, path);
    this.#open.delete(target);
    return node;
  }

  #scalar(yaml: Scalar | undefined, position: NodePosition): ScalarNode {
    const value = valueOf(yaml);
    if (typeof value !== 'string' || !value.includes('$')) return { kind: 'scalar', value, position, variables: [] };
    const { text, variables, unset, missing, invalid, excess } = interpolate(value, this.lookup);
    for (const name of unset) this.unset(name, position.place);
    this.#expanded += text.length;
    if (this.#expanded > MOST_CHARACTERS) this.overflown = true;
    if (excess)
      this.problems.push({
        code: 'compose-invalid',
        message: `${position.path} contains ${excess}.`,
        place: position.place,
        fix: 'Use fewer variables.',
      });
    for (const { name, message } of missing) {
      this.problems.push({
        code: 'compose-variable-missing',
        message: `${position.path} requires the variable ${name}, which has no value${message ? `: ${message}` : '.'}`,
        place: position.place,
        fix: `Set it in the shell (${name}=… npx callsign …), in a file for --env-file, or in .env next to the Compose file.`,
      });
    }
    for (const part of invalid) {
      this.problems.push({
        code: 'compose-invalid',
        message: `${position.path} contains \${ that does not start a variable.`,
        expected: '$NAME, ${NAME} with :-, -, :?, ?, :+ or + after it, or $$ for a literal $',
        // The text around it may be a password.
        got: /^\$\{[A-Za-z_]\w*/.exec(part)?.[0] ?? '$',
        place: position.place,
        fix: 'Close the brace, or write $$ for a literal $.',
      });
    }
    return { kind: 'scalar', value: text, position, variables };
  }
}

/** The node that each alias means: the last one before it with its anchor. */
function targetsIn(document: Document | undefined): Map<unknown, YamlNode> {
  const anchors = new Map<string, YamlNode>();
  const targets = new Map<unknown, YamlNode>();
  if (!document) return targets;
  visit(document, (_key, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) targets.set(node, target);
    } else if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) anchors.set(node.anchor, node);
  });
  return targets;
}

/** The value of a scalar. A number or a date has the text that Compose makes of it. */
function valueOf(yaml: Scalar | undefined): ScalarNode['value'] {
  const value = yaml?.value;
  if (typeof value !== 'string' && typeof value !== 'number') return typeof value === 'boolean' ? value : null;
  if (yaml?.type !== 'PLAIN' || yaml.tag !== undefined) return value;
  return numberIn(yaml.source ?? '') ?? dateIn(yaml.source ?? '') ?? value;
}
