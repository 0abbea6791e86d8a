import type { Place } from '../../problems/problem';
import type { Variable } from './variables/interpolate';

/** Where something stands in the input: what the report counts. */
export interface Spot {
  readonly place: Place;
  /** The path of keys in its file, such as `services.web.ports[0]`. */
  readonly path: string;
  /** The folder that relative paths are meant from. */
  readonly base: string;
}

/** A value of a compose file that knows where it stands, whatever files were merged since. */
export type Node = Scalar | List | Dict;

/** A text, a number, a truth or nothing. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly spot: Spot;
  /** The variables that its value came from. */
  readonly variables: readonly Variable[];
  readonly tag?: string;
}

/** Values in their order. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly spot: Spot;
  readonly tag?: string;
}

/** Values by their keys. */
export interface Dict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, Node>;
  readonly spot: Spot;
  readonly tag?: string;
}

/** A scalar that stands where another node does: the short way to write something, written out. */
export function scalar(value: Scalar['value'], { spot, ...of }: Node): Scalar {
  return { kind: 'scalar', value, spot, variables: 'variables' in of ? of.variables : [] };
}

/** A dict that stands where another node does. */
export function dict(entries: Iterable<readonly [string, Node]>, { spot, tag }: Node): Dict {
  return { kind: 'dict', entries: new Map(entries), spot, ...(tag && { tag }) };
}

/** A list that stands where another node does. */
export function list(items: readonly Node[], { spot, tag }: Node): List {
  return { kind: 'list', items, spot, ...(tag && { tag }) };
}

/** What is reported: scalars, and lists and dicts that hold nothing. */
export function* leavesOf(node: Node): Generator<Node> {
  const children = childrenOf(node);
  if (children.length === 0) yield node;
  for (const child of children) yield* leavesOf(child);
}

/** The entry of a dict; nothing where there is no dict. */
export function get(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let found = node;
  for (const key of path) found = found?.kind === 'dict' ? found.entries.get(key) : undefined;
  return found;
}

/** The entries of a dict; none where there is no dict. */
export function entriesOf(node: Node | undefined): [string, Node][] {
  return node?.kind === 'dict' ? [...node.entries] : [];
}

/** The items of a list, or the one thing that stands in its place. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  if (!node || (node.kind === 'scalar' && node.value === null)) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The text of a scalar; nothing for null and for what is none. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** The number of a scalar, also of one that a variable gave as a text. */
export function numberOf(node: Node | undefined): number | undefined {
  const text = textOf(node)?.trim();
  return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/** Whether it says yes, in YAML's words or those that a variable gave as a text. */
export function isTrue(node: Node | undefined): boolean {
  return /^(true|yes|on|y|1)$/i.test(textOf(node) ?? '');
}

function childrenOf(node: Node): readonly Node[] {
  if (node.kind === 'scalar') return [];
  return node.kind === 'list' ? node.items : [...node.entries.values()];
}
