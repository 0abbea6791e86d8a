import { isAbsolute, join } from 'node:path';
import type { Place } from '../../problems/problem';
import type { ReadVariable } from './variables/interpolate';

/** Where a node is in the input. The report has one entry for each position. */
export interface NodePosition {
  readonly place: Place;
  /** The keys from the top of the file, such as `services.web.ports[0]`. */
  readonly path: string;
  /** The folder that relative paths in the node start from. */
  readonly base: string;
}

/** A value of a Compose file. It keeps its position when files are merged. */
export type ComposeNode = ScalarNode | ListNode | DictNode;

/** A string, a number, a boolean or null. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly position: NodePosition;
  /** The variables in its value. */
  readonly variables: readonly ReadVariable[];
  readonly tag?: string;
}

/** A list. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ComposeNode[];
  readonly position: NodePosition;
  readonly tag?: string;
}

/** A map from keys to values. */
export interface DictNode {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, ComposeNode>;
  readonly position: NodePosition;
  readonly tag?: string;
}

/** A scalar with the position of another node: part of a short form that is written out. */
export function scalarAt(value: ScalarNode['value'], { position, ...of }: ComposeNode): ScalarNode {
  return { kind: 'scalar', value, position, variables: 'variables' in of ? of.variables : [] };
}

/** A map with the position of another node. */
export function dictAt(entries: Iterable<readonly [string, ComposeNode]>, { position, tag }: ComposeNode): DictNode {
  return { kind: 'dict', entries: new Map(entries), position, ...(tag && { tag }) };
}

/** A list with the position of another node. */
export function listAt(items: readonly ComposeNode[], { position, tag }: ComposeNode): ListNode {
  return { kind: 'list', items, position, ...(tag && { tag }) };
}

/** The nodes that the report counts: scalars, and empty lists and maps. */
export function* leavesOf(node: ComposeNode): Generator<ComposeNode> {
  const children = childrenOf(node);
  if (children.length === 0) yield node;
  for (const child of children) yield* leavesOf(child);
}

/** The node at a path of keys; undefined if there is none. */
export function nodeAt(node: ComposeNode | undefined, ...path: readonly string[]): ComposeNode | undefined {
  let found = node;
  for (const key of path) found = found?.kind === 'dict' ? found.entries.get(key) : undefined;
  return found;
}

/** The entries of a map; none for other nodes. */
export function entriesOf(node: ComposeNode | undefined): [string, ComposeNode][] {
  return node?.kind === 'dict' ? [...node.entries] : [];
}

/** The items of a list, or the node itself if it is a single value. */
export function itemsOf(node: ComposeNode | undefined): readonly ComposeNode[] {
  if (!node || (node.kind === 'scalar' && node.value === null)) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The text of a scalar; undefined for null, lists and maps. */
export function textOf(node: ComposeNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** The path that a scalar names, relative to the folder of its file. */
export function pathOf(node: ComposeNode | undefined): string | undefined {
  const text = textOf(node);
  if (!node || text === undefined) return undefined;
  return isAbsolute(text) ? text : join(node.position.base, text);
}

/** The number of a scalar. A variable gives numbers as text. */
export function numberOf(node: ComposeNode | undefined): number | undefined {
  const text = textOf(node)?.trim();
  return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/** Whether a scalar is true. A variable gives booleans as text. */
export function isTrue(node: ComposeNode | undefined): boolean {
  return /^(true|yes|on|y|1)$/i.test(textOf(node) ?? '');
}

/** Whether there is a node that is not true. */
export function isFalse(node: ComposeNode | undefined): boolean {
  return node !== undefined && !isTrue(node);
}

function childrenOf(node: ComposeNode): readonly ComposeNode[] {
  if (node.kind === 'scalar') return [];
  return node.kind === 'list' ? node.items : [...node.entries.values()];
}
