import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { Problem } from '../../problems/problem';
import { isFile } from './files';
import { readEnvFile } from './variables/dotenv';
import type { Variable } from './variables/interpolate';
import { knownImage, type KnownImage } from './known-images';
import { missing, type Loaded } from './load';
import { entriesOf, get, isTrue, itemsOf, scalar, textOf, type Dict, type Node, type Scalar } from './node';
import { envProblem } from './variables/lookup';

/** One variable of a service, wherever it was set. */
export interface Setting {
  readonly value: string | number | boolean;
  readonly node: Node;
  /** The variables that its value came from. */
  readonly variables: readonly Variable[];
}

/** A service of the compose file. */
export interface Service {
  /** Its name in the compose file. */
  readonly name: string;
  /** Its name in the chart, which a Service can have. */
  readonly id: string;
  readonly node: Dict;
  readonly image?: string;
  readonly known?: KnownImage;
  readonly env: ReadonlyMap<string, Setting>;
}

/** Reads services; the files with their variables too. */
export class ServiceReader {
  /** A file that serves several services is one file of the report. */
  readonly #files = new Map<string, ReadonlyMap<string, Scalar>>();

  constructor(
    private readonly loaded: Loaded,
    private readonly problems: Problem[],
  ) {}

  service(name: string, id: string, node: Dict): Service {
    const image = textOf(get(node, 'image'));
    return { name, id, node, env: this.#env(node), ...(image && { image, known: knownImage(image) }) };
  }

  #env(service: Dict): Map<string, Setting> {
    const env = new Map<string, Setting>();
    const set = (name: string, node: Node, value: Scalar['value']) => {
      const before = env.get(name);
      if (before)
        this.loaded.report.converted(before.node, `${node.spot.place.file}:${node.spot.place.line} takes its place.`);
      // What is not set where the command runs is not set in the container either.
      if (value === null) env.delete(name);
      else env.set(name, { value, node, variables: node.kind === 'scalar' ? node.variables : [] });
    };
    for (const file of itemsOf(get(service, 'env_file'))) {
      for (const [name, node] of this.#envFile(file)) set(name, node, node.value);
    }
    for (const [name, node] of entriesOf(get(service, 'environment'))) {
      const value = node.kind === 'scalar' ? (node.value ?? this.loaded.lookup(name) ?? null) : null;
      if (value === null)
        this.loaded.report.converted(node, 'It is not set where the command runs, so nothing is set.');
      set(
        name,
        node.kind === 'scalar' && node.value === null ? { ...node, variables: [{ name, value: String(value) }] } : node,
        value,
      );
    }
    return env;
  }

  #envFile(node: Node): ReadonlyMap<string, Scalar> {
    const { report, lookup } = this.loaded;
    const named = textOf(node.kind === 'dict' ? get(node, 'path') : node) ?? '';
    const path = isAbsolute(named) ? named : join(node.spot.base, named);
    const found = this.#files.get(path);
    report.converted(node, 'Its variables stand in the chart.');
    if (found) return found;
    const values = new Map<string, Scalar>();
    this.#files.set(path, values);
    if (!isFile(path)) {
      if (isFalse(get(node, 'required'))) report.converted(node, 'It is not there, and need not be.');
      else this.problems.push(missing(path, node.spot.place));
      return values;
    }
    const file = relative('', path);
    const { lines, problems } = readEnvFile(readFileSync(path, 'utf8'), lookup, textOf(get(node, 'format')) === 'raw');
    for (const { message, line } of problems) this.problems.push(envProblem(path, message, line));
    for (const { name, value, line, variables } of lines) {
      const spot = { place: { file, line }, path: name, base: node.spot.base };
      const setting: Scalar = {
        kind: 'scalar',
        value: value ?? lookup(name) ?? null,
        spot,
        variables: value === undefined ? [{ name, value: lookup(name) ?? '' }] : variables,
      };
      const before = values.get(name);
      report.add(setting);
      if (before) report.converted(before, `Line ${line} takes its place.`);
      if (setting.value === null) report.converted(setting, 'It is not set where the command runs, so nothing is set.');
      else values.set(name, setting);
    }
    return values;
  }
}

/** Whether a truth was said, and is no. */
export function isFalse(node: Node | undefined): boolean {
  return node !== undefined && !isTrue(node);
}

/** The words of a command, from its short or its long form. */
export function commandOf(node: Node | undefined, split: (text: string) => string[]): { node: Scalar; word: string }[] {
  if (!node || node.kind === 'dict') return [];
  if (node.kind === 'list')
    return node.items.map((item) => ({ node: scalar(textOf(item) ?? '', item), word: textOf(item) ?? '' }));
  return split(textOf(node) ?? '').map((word) => ({ node, word }));
}
