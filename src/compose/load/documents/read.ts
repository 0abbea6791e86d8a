import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node as YamlNode,
} from 'yaml';
import type { Place, Problem } from '../../../problems/problem';
import type { ComposeNode, DictNode, NodePosition, ScalarNode } from '../node';
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

/** A file with more nodes has aliases that multiply each other. */
const MOST_NODES = 200_000;

/** Reads a Compose file: each value with its position, variables replaced, aliases and merge keys resolved. */
export function readComposeFile(
  { file, text, base, lookup, unset }: FileToRead,
  problems: Problem[],
): DictNode | undefined {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, logLevel: 'silent' });
  const document: Document | undefined = Array.isArray(documents) ? documents[0] : undefined;
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const invalid = (message: string, place: Place, fix: string) =>
    problems.push({ code: 'yaml-invalid', message, place, fix });
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
  if (reader.overflown) {
    invalid('The aliases of the file expand to too many values.', placeAt(0), 'Write the values out.');
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
  #count = 0;
  readonly #open = new Set<YamlNode>();

  constructor(
    private readonly document: Document | undefined,
    private readonly placeAt: (offset: number) => Place,
    private readonly base: string,
    private readonly lookup: VariableLookup,
    private readonly unset: FileToRead['unset'],
    private readonly problems: Problem[],
  ) {}

  node(yaml: YamlNode | null | undefined, path: string, keyOffset?: number): ComposeNode {
    const offset = yaml?.range?.[0] ?? keyOffset ?? 0;
    // A map or a list gets the line of its key, not the line of its first entry.
    const position: NodePosition = {
      place: this.placeAt(isMap(yaml) || isSeq(yaml) ? (keyOffset ?? offset) : offset),
      path,
      base: this.base,
    };
    if (++this.#count > MOST_NODES) this.overflown = true;
    if (!yaml || this.overflown) return { kind: 'scalar', value: null, position, variables: [] };
    if (isAlias(yaml)) return this.#alias(yaml, path, position);
    const tag = yaml.tag === '!reset' || yaml.tag === '!override' ? { tag: yaml.tag } : {};
    if (isSeq(yaml)) {
      const items = yaml.items.map((item, i) => this.node(item as YamlNode, `${path}[${i}]`));
      return { kind: 'list', items, position, ...tag };
    }
    if (isMap(yaml)) return { kind: 'dict', entries: this.#entries(yaml, path), position, ...tag };
    return { ...this.#scalar(isScalar(yaml) ? yaml.value : null, position), ...tag };
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
      else entries.set(name, this.node(value as YamlNode | null, path === '' ? name : `${path}.${name}`, offset));
    }
    // Keys of the map override merged keys. The first merged map overrides the next.
    for (const source of merged) {
      for (const [name, node] of source.kind === 'dict' ? source.entries : [])
        if (!entries.has(name)) entries.set(name, node);
    }
    return entries;
  }

  #sources(value: YamlNode, path: string): ComposeNode[] {
    return isSeq(value) ? value.items.map((item) => this.node(item as YamlNode, path)) : [this.node(value, path)];
  }

  #alias(yaml: YamlNode & { source: string }, path: string, position: NodePosition): ComposeNode {
    const target = this.document && isAlias(yaml) ? yaml.resolve(this.document) : undefined;
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

  #scalar(value: unknown, position: NodePosition): ScalarNode {
    if (typeof value !== 'string' || !value.includes('$')) {
      const plain = typeof value === 'bigint' ? Number(value) : value;
      return { kind: 'scalar', value: plain as ScalarNode['value'], position, variables: [] };
    }
    const { text, variables, unset, missing, invalid } = interpolate(value, this.lookup);
    for (const name of unset) this.unset(name, position.place);
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
        message: `${position.path} contains a $ that does not start a variable.`,
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
