import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
} from 'yaml';
import type { FieldPath } from '../../k8s/objects';
import type { Place, Problem } from '../../problems/problem';
import { show } from '../../basics/text';
import { kubernetesTags } from './dialect';

/** The value of one document, and the places of its fields. */
export interface ParsedDocuments {
  readonly value: unknown;
  /** Parses the document again, so that the syntax trees of many documents do not have to stay in memory. */
  readonly place: (field: FieldPath) => Place;
}

/** The maximum length of a document. The API server accepts 3 MiB, and a parser needs many times the length. */
const LONGEST = 8 * 1024 * 1024;

/** Reads each document of a file and reports those that cannot be read. */
export function* readDocuments(text: string, file: string, problems: Problem[]): Generator<ParsedDocuments> {
  // With directives, only the parser knows where a document ends.
  const parts = /^%/m.test(text) ? [text] : text.split(/^(?=---(?:\s|$))/m);
  let line = 0;
  for (const part of parts) {
    const first = line;
    line += lineEnds(part);
    if (/^---\s*$/.test(part)) continue;
    if (part.length > LONGEST) {
      problems.push(
        invalid(
          'The document is too long to be a Kubernetes object.',
          { file, line: first + 1, column: 1 },
          'Pass only files with manifests.',
          { expected: `at most ${LONGEST / 1024 / 1024} MiB` },
        ),
      );
      continue;
    }
    yield* readPart(part, first, file, problems);
  }
}

function* readPart(text: string, firstLine: number, file: string, problems: Problem[]): Generator<ParsedDocuments> {
  const read = (): Parsed => parse(text, firstLine, file);
  let parsed: Parsed;
  try {
    parsed = read();
  } catch (error) {
    problems.push(unreadable(error, { file, line: firstLine + 1, column: 1 }));
    return;
  }
  let again: Parsed | undefined;
  for (const [i, document] of parsed.documents.entries()) {
    if (document.errors.length > 0) {
      // Later errors usually follow from the first ones.
      for (const { message, pos } of document.errors.slice(0, 3))
        problems.push(syntaxProblem(message, parsed.placeAt(pos[0]), lineAt(text, pos[0])));
      continue;
    }
    const value = valueOf(document, problems, parsed.placeAt);
    if (value === undefined || value === null) continue;
    for (const { message, pos } of document.warnings.slice(0, 3))
      if (isObject(value)) problems.push(syntaxProblem(message, parsed.placeAt(pos[0]), ''));
    yield {
      value,
      place(field) {
        again ??= read();
        return again.placeAt(offsetOf(again.documents[i]!, field));
      },
    };
  }
}

interface Parsed {
  readonly documents: readonly Document[];
  readonly placeAt: (offset: number) => Place;
}

function parse(text: string, firstLine: number, file: string): Parsed {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    merge: true,
    customTags: kubernetesTags,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return {
    documents: Array.isArray(documents) ? (documents as Document[]) : [],
    placeAt(offset) {
      const { line, col } = lines.linePos(offset);
      return { file, line: firstLine + Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value;
}

function valueOf(document: Document, problems: Problem[], placeAt: (offset: number) => Place): unknown {
  try {
    const twice = keysSaidTwice(document.contents);
    for (const { key, offset } of twice.slice(0, 3))
      problems.push(
        invalid(
          `The key ${show(key)} appears twice in one map.`,
          placeAt(offset),
          'Remove one of them. The API server rejects duplicate keys or silently uses the last one.',
        ),
      );
    if (twice.length > 0) return undefined;
    return document.toJS();
  } catch (error) {
    if (error instanceof TemplateError) {
      problems.push(invalid('A key is a map or a list instead of a string.', placeAt(error.offset), TEMPLATE));
      return undefined;
    }
    problems.push(
      error instanceof RangeError
        ? unreadable(error, placeAt(document.range?.[0] ?? 0))
        : invalid(
            (error as Error).message,
            placeAt(lostAlias(document) ?? document.range?.[0] ?? 0),
            'Write the values without the alias.',
          ),
    );
    return undefined;
  }
}

/** The parser runs out of stack if collections are nested too deeply. */
function unreadable(error: unknown, place: Place): Problem {
  if (!(error instanceof RangeError)) throw error;
  return tooDeep(place);
}

function tooDeep(place: Place): Problem {
  return invalid('Lists and maps are nested too deeply.', place, 'Reduce the nesting. The API server rejects it too.', {
    expected: 'at most a few thousand levels',
  });
}

function syntaxProblem(message: string, place: Place, line: string): Problem {
  if (message.startsWith('Maximum call stack')) return tooDeep(place);
  if (/\{\{[^]*\}\}/.test(line)) return invalid(message, place, TEMPLATE);
  return invalid(message, place, 'Fix the YAML at this place.');
}

const TEMPLATE = 'Render the Helm template and check the result: helm template CHART | callsign check -.';

/** `{{ value }}` without quotes is valid YAML: a map whose key is a map. */
class TemplateError extends Error {
  constructor(readonly offset: number) {
    super();
  }
}

/** The duplicate keys of all maps. The check of the parser would take quadratic time. */
function keysSaidTwice(node: unknown): { key: unknown; offset: number }[] {
  if (isSeq(node)) return node.items.flatMap(keysSaidTwice);
  if (!isMap(node)) return [];
  const keys = new Set<unknown>();
  const twice: { key: unknown; offset: number }[] = [];
  for (const { key, value } of node.items) {
    if (isCollection(key)) throw new TemplateError(key.range?.[0] ?? 0);
    const name = isScalar(key) ? key.value : key;
    // A map may have several merge keys.
    if (name !== '<<' && keys.has(name)) twice.push({ key: name, offset: (isNode(key) && key.range?.[0]) || 0 });
    keys.add(name);
    if (isCollection(value)) for (const found of keysSaidTwice(value)) twice.push(found);
  }
  return twice;
}

/** The offset of an alias without an anchor. */
function lostAlias(document: Document): number | undefined {
  let offset: number | undefined;
  const anchors = new Set<string | undefined>();
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) anchors.add(node.anchor);
      else if (!anchors.has(node.source)) offset = node.range?.[0];
      return offset === undefined ? undefined : visit.BREAK;
    },
  });
  return offset;
}

/** The offset of a field: of a map or a list that of its key, of a missing field that of its parent. */
function offsetOf(document: Document, path: FieldPath): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const step of path) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    const next = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
    if (!isNode(next)) return (pair && isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset ?? 0;
    const at = pair && isNode(pair.key) && !isScalar(next) ? pair.key : next;
    offset = at.range?.[0] ?? offset;
    node = isAlias(next) ? next.resolve(document) : next;
  }
  return offset ?? document.range?.[0] ?? 0;
}

export function invalid(
  message: string,
  place: Place,
  fix: string,
  more: Pick<Problem, 'expected' | 'got'> = {},
): Problem {
  return { code: 'yaml-invalid', message, place, fix, ...more };
}

function lineEnds(text: string): number {
  let ends = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends++;
  return ends;
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? undefined : end);
}
