import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { show } from '../../basics/text';
import { CallsignError, type Problem } from '../../problems/problem';
import { isWrong, unknownKey, type FaultSettings, type WrongEntry } from './entry';
import { checkFault, type Fault } from './fault';
import { checkKill, type Kill } from './kill';
import { isSeed, SEED } from './random';

/** What goes wrong on purpose in a local run. */
export interface FaultsFile {
  readonly seed?: number;
  readonly faults: readonly Fault[];
  readonly kills: readonly Kill[];
}

/** The names that entries can contain. */
export interface FaultNames {
  /** Everything that calls or is called. */
  readonly ends: ReadonlySet<string>;
  /** The parts that have replicas here. */
  readonly parts: ReadonlySet<string>;
}

const FIXES = {
  seed: 'Write, for instance, seed: 7.',
  faults: 'Write, for instance, - { from: comments, to: event-bus, delay: 500, share: 0.2 }.',
  kills: 'Write, for instance, - { part: comments, every: 10 }.',
};
type Key = keyof typeof FIXES;
const KEYS = Object.keys(FIXES);

/** Reads a file with faults and kills. Throws with all its problems. */
export function parseFaultsFile(file: string, text: string, { ends, parts }: FaultNames): FaultsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: Problem[] = [];
  const report = (wrong: WrongEntry, problem: Pick<Problem, 'fix' | 'got' | 'field'>, offset: number) =>
    problems.push({ code: 'start-failed', place: { file, line: lines.linePos(offset).line }, ...wrong, ...problem });

  const [broken] = document.errors;
  if (broken) {
    const [message = ''] = broken.message.split(/ at line |:\n/);
    report(
      { message: `This is not YAML: ${message}.` },
      { fix: 'Correct the indentation and the quotes of this line and of the line before.' },
      broken.pos[0],
    );
    throw new CallsignError(problems);
  }
  const content = document.toJS() as unknown;
  const given = isRecord(content) ? content : {};
  if (content !== null && !isRecord(content))
    report({ message: 'This is not a list of faults.', expected: KEYS.join(', ') }, { fix: FIXES.faults }, 0);
  const unknown = unknownKey('The file', given, KEYS);
  if (unknown) report(unknown, { fix: 'Remove the key, or correct it.' }, 0);

  const { seed } = given;
  if (seed !== undefined && !isSeed(seed))
    report(
      { message: 'The seed is wrong.', expected: SEED },
      { field: 'seed', got: show(seed), fix: FIXES.seed },
      offsetOf(document, ['seed']),
    );
  const entries = <Entry extends object>(key: Key, check: (entry: FaultSettings) => Entry | WrongEntry): Entry[] => {
    const list = given[key] ?? [];
    if (!Array.isArray(list)) {
      const wrong = { message: `The ${key} are wrong.`, expected: 'a list' };
      report(wrong, { field: key, got: show(list), fix: FIXES[key] }, offsetOf(document, [key]));
      return [];
    }
    return list.flatMap((entry: unknown, i) => {
      const checked = check(isRecord(entry) ? entry : {});
      if (!isWrong(checked)) return [checked];
      const where = { field: `${key}[${i}]`, got: show(entry), fix: FIXES[key] };
      report(checked, where, offsetOf(document, [key, i]));
      return [];
    });
  };
  const faults = entries('faults', ({ from, to, ...settings }) => checkFault({ from, to }, settings, ends));
  const kills = entries('kills', ({ part, ...settings }) => checkKill({ part }, settings, parts));
  if (problems.length > 0) throw new CallsignError(problems);
  return { ...(isSeed(seed) && { seed }), faults, kills };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where the value of a path begins in the text. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  const { contents } = document;
  const node = isMap(contents) || isSeq(contents) ? contents.getIn(path, true) : undefined;
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
