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
import { interpolate, type Lookup } from '../variables/interpolate';
import type { Dict, Node, Scalar, Spot } from '../node';

/** A file, and what its values are read with. */
export interface FileToRead {
  /** Its name as a person knows it. */
  readonly file: string;
  readonly text: string;
  /** The folder that relative paths in it are meant from. */
  readonly base: string;
  readonly lookup: Lookup;
  /** Is told of every variable that has no value, and no default. */
  readonly unset: (name: string, place: Place) => void;
}

/** No compose file of a person is this large: more is an alias that stands for itself many times over. */
const MOST_NODES = 200_000;

/** Reads a compose file: each value with its place, variables replaced, aliases and merge keys resolved. */
export function readComposeFile(
  { file, text, base, lookup, unset }: FileToRead,
  problems: Problem[],
): Dict | undefined {
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
      'Fix the YAML there.',
    );
  }
  if (document?.errors.length) return undefined;
  if (Array.isArray(documents) && documents.length > 1) {
    invalid(
      'It holds several documents.',
      placeAt(documents[1]!.range[0]),
      'Write one document a file, and name each file with --file.',
    );
    return undefined;
  }
  const reader = new Reader(document, placeAt, base, lookup, unset, problems);
  const root = document?.contents ? reader.node(document.contents, '') : undefined;
  if (reader.overflown) {
    invalid('Its aliases stand for more values than any compose file has.', placeAt(0), 'Write the values out.');
    return undefined;
  }
  if (root?.kind === 'dict') return root;
  problems.push({
    code: 'compose-invalid',
    message: 'It is no compose file.',
    expected: 'a map with services',
    got: root === undefined ? 'nothing' : root.kind === 'list' ? 'a list' : 'a single value',
    place: placeAt(0),
    fix: 'Name the file that `docker compose` reads.',
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
    private readonly lookup: Lookup,
    private readonly unset: FileToRead['unset'],
    private readonly problems: Problem[],
  ) {}

  node(yaml: YamlNode | null | undefined, path: string, keyOffset?: number): Node {
    const offset = yaml?.range?.[0] ?? keyOffset ?? 0;
    // Of a map or list the line of its key says more than that of its first entry.
    const spot: Spot = {
      place: this.placeAt(isMap(yaml) || isSeq(yaml) ? (keyOffset ?? offset) : offset),
      path,
      base: this.base,
    };
    if (++this.#count > MOST_NODES) this.overflown = true;
    if (!yaml || this.overflown) return { kind: 'scalar', value: null, spot, variables: [] };
    if (isAlias(yaml)) return this.#alias(yaml, path, spot);
    const tag = yaml.tag === '!reset' || yaml.tag === '!override' ? { tag: yaml.tag } : {};
    if (isSeq(yaml)) {
      const items = yaml.items.map((item, i) => this.node(item as YamlNode, `${path}[${i}]`));
      return { kind: 'list', items, spot, ...tag };
    }
    if (isMap(yaml)) return { kind: 'dict', entries: this.#entries(yaml, path), spot, ...tag };
    return { ...this.#scalar(isScalar(yaml) ? yaml.value : null, spot), ...tag };
  }

  #entries(yaml: YamlNode, path: string): Map<string, Node> {
    const entries = new Map<string, Node>();
    const merged: Node[] = [];
    for (const { key, value } of isMap(yaml) ? yaml.items : []) {
      // Read as YAML 1.1, a merge key is no text.
      const merge = isScalar(key) && (typeof key.value === 'symbol' || (key.value === '<<' && key.type === 'PLAIN'));
      const name = isScalar(key) ? String(key.value) : String(key);
      const offset = isScalar(key) ? key.range?.[0] : undefined;
      if (merge) merged.push(...this.#sources(value as YamlNode, path));
      else entries.set(name, this.node(value as YamlNode | null, path === '' ? name : `${path}.${name}`, offset));
    }
    // What is written out is stronger than what is merged in, and of that the first.
    for (const source of merged) {
      for (const [name, node] of source.kind === 'dict' ? source.entries : [])
        if (!entries.has(name)) entries.set(name, node);
    }
    return entries;
  }

  #sources(value: YamlNode, path: string): Node[] {
    return isSeq(value) ? value.items.map((item) => this.node(item as YamlNode, path)) : [this.node(value, path)];
  }

  #alias(yaml: YamlNode & { source: string }, path: string, spot: Spot): Node {
    const target = this.document && isAlias(yaml) ? yaml.resolve(this.document) : undefined;
    if (!target || this.#open.has(target)) {
      const message = target
        ? `The alias *${yaml.source} stands within itself.`
        : `There is no anchor &${yaml.source}.`;
      this.problems.push({ code: 'yaml-invalid', message, place: spot.place, fix: 'Write the values out.' });
      return { kind: 'scalar', value: null, spot, variables: [] };
    }
    this.#open.add(target);
    const node = this.node(target, path);
    this.#open.delete(target);
    return node;
  }

  #scalar(value: unknown, spot: Spot): Scalar {
    if (typeof value !== 'string' || !value.includes('$')) {
      const plain = typeof value === 'bigint' ? Number(value) : value;
      return { kind: 'scalar', value: plain as Scalar['value'], spot, variables: [] };
    }
    const { text, variables, unset, missing, invalid } = interpolate(value, this.lookup);
    for (const name of unset) this.unset(name, spot.place);
    for (const { name, message } of missing) {
      this.problems.push({
        code: 'compose-variable-missing',
        message: `${spot.path} needs the variable ${name}, which has no value${message ? `: ${message}` : '.'}`,
        place: spot.place,
        fix: `Set it where the command runs (${name}=… npx callsign …), in a file named by --env-file, or in .env beside the compose file.`,
      });
    }
    for (const part of invalid) {
      this.problems.push({
        code: 'compose-invalid',
        message: `${spot.path} holds a $ that begins no variable.`,
        expected: '$NAME, ${NAME} with :-, -, :?, ?, :+ or + after it, or $$ for the sign itself',
        // What stands beside it may be a password.
        got: /^\$\{[A-Za-z_]\w*/.exec(part)?.[0] ?? '$',
        place: spot.place,
        fix: 'Close the brace, or write $$.',
      });
    }
    return { kind: 'scalar', value: text, spot, variables };
  }
}
