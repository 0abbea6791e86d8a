import { isAlias, isMap, isNode, isScalar, isSeq, visit, type Document } from 'yaml';
import type { FieldPath } from '../../k8s/objects';
import type { Place, Problem } from '../../problems/problem';
import { show } from '../../basics/text';
import { duplicateKeys, KeyError } from './duplicate-keys';
import { parseDocuments } from './parse-documents';
import { plainYaml } from './plain-yaml';
import { tagIn } from './placeholders';

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
  // Joined files keep their byte order marks.
  if (text.includes('\ufeff', 1)) text = text.replaceAll(/(?<=^---.*\r?\n)\ufeff/gm, '');
  // With directives, only the parser knows where a document ends.
  const parts = /^%/m.test(text) ? [text] : text.split(/^(?=---(?:\s|$))/m).flatMap(jsonValues);
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

/** Several JSON values can follow each other without a separator. */
function jsonValues(text: string): string[] {
  return /^\s*\{/.test(text) ? text.split(/(?<=\}[ \t]*\r?\n)(?=[ \t]*\{)/) : [text];
}

function* readPart(text: string, firstLine: number, file: string, problems: Problem[]): Generator<ParsedDocuments> {
  const read = (): Parsed => parse(text, firstLine, file);
  let again: Parsed | undefined;
  const placeIn =
    (i: number) =>
    (field: FieldPath): Place => {
      again ??= read();
      return again.placeAt(offsetOf(again.documents[i]!, field));
    };
  const plain = plainYaml(text);
  if (plain) {
    yield { value: plain, place: placeIn(0) };
    return;
  }
  let parsed: Parsed;
  try {
    parsed = read();
  } catch (error) {
    problems.push(unreadable(error, { file, line: firstLine + 1, column: 1 }));
    return;
  }
  for (const [i, document] of parsed.documents.entries()) {
    if (document.errors.length > 0) {
      // Later errors usually follow from the first ones.
      for (const { message, pos } of document.errors.slice(0, 3))
        problems.push(syntaxProblem(message, parsed.placeAt(pos[0]), lineAt(text, pos[0])));
      continue;
    }
    const value = valueOf(document, text, problems, parsed.placeAt);
    if (value === undefined || value === null) continue;
    if (i === 0 && isObject(value)) problems.push(...rejectedStart(text, { file, line: firstLine + 1 }));
    yield { value, place: placeIn(i) };
  }
}

/** kubectl accepts neither directives nor content on the line of `---`, although both are valid YAML. */
function rejectedStart(text: string, first: Place): Problem[] {
  const [before, directive] = /^(?:\s*(?:#.*)?\n)*(%\S+)/.exec(text) ?? [];
  if (directive !== undefined)
    return [
      invalid(
        `kubectl does not accept the directive ${directive}.`,
        { ...first, line: first.line + lineEnds(before!), column: 1 },
        `Remove the line of ${directive}.`,
      ),
    ];
  if (/^---[ \t]+[^\s#]/.test(text))
    return [
      invalid(
        'kubectl does not accept content on the line of "---".',
        { ...first, column: 5 },
        'Move it to the next line.',
      ),
    ];
  return [];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'apiVersion' in value && 'kind' in value;
}

interface Parsed {
  readonly documents: readonly Document[];
  readonly placeAt: (offset: number) => Place;
}

function parse(text: string, firstLine: number, file: string): Parsed {
  const { documents, lines } = parseDocuments(text);
  return {
    documents,
    placeAt(offset) {
      const { line, col } = lines.linePos(offset);
      return { file, line: firstLine + Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

function valueOf(document: Document, text: string, problems: Problem[], placeAt: (offset: number) => Place): unknown {
  try {
    const duplicates = duplicateKeys(document.contents);
    for (const { key, offset } of duplicates.slice(0, 3))
      problems.push(
        invalid(
          `The key ${show(key)} appears twice in one map.`,
          placeAt(offset),
          'Remove one of them. kubectl silently uses the last one.',
        ),
      );
    return document.toJS();
  } catch (error) {
    if (error instanceof KeyError) {
      const { message, offset } = error;
      problems.push(syntaxProblem(message, placeAt(offset), lineAt(text, offset)));
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
  const tag = tagIn(line);
  if (tag !== undefined) return template(tag, place);
  return invalid(message, place, 'Fix the YAML at this place.');
}

/** The problem of a file that is a template. It is reported once for each file. */
export function template(placeholder: string, place: Place): Problem {
  return {
    code: 'placeholder-left',
    message: `This file is a template: it contains the placeholder ${show(placeholder)}.`,
    place,
    expected: 'a file without placeholders',
    got: show(placeholder),
    fix: renderingOf(placeholder, place.file),
  };
}

function renderingOf(placeholder: string, file: string): string {
  if (placeholder.startsWith('{'))
    return 'Render the template and check the result: helm template CHART | callsign check -.';
  if (/^\$[{A-Z]/.test(placeholder))
    return `Replace the placeholders and check the result: envsubst < ${file} | callsign check -.`;
  if (placeholder.startsWith('$('))
    return 'Render the kustomization and check the result: kubectl kustomize FOLDER | callsign check -.';
  return 'Replace the placeholders and check the result.';
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
