import { readFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Place, Problem } from '../../problems/problem';
import { Extender } from './documents/extend';
import { keyProblems } from './documents/keys';
import { LongForms } from './documents/long-forms';
import { Merger } from './documents/merge';
import { readComposeFile } from './documents/read';
import { fileNotFound, isFile } from './files';
import { dictAt, itemsOf, nodeAt, pathOf, textOf, type ComposeNode, type DictNode } from './node';
import { ImportReport } from './report';
import type { VariableLookup } from './variables/interpolate';
import { environmentLookup } from './variables/lookup';

/** The files to read. */
export interface ComposeInput {
  /** The Compose files. A later file overrides an earlier one. */
  readonly files: readonly string[];
  /** Files with variables. If there are none, `.env` next to the first Compose file is read. */
  readonly envFiles: readonly string[];
  readonly shell: Readonly<Record<string, string | undefined>>;
}

/** A Compose project: the merged content of its files. */
export interface ComposeProject {
  readonly root: DictNode;
  readonly report: ImportReport;
  readonly name: string;
  /** The Compose files, as a person names them. */
  readonly files: readonly string[];
  readonly lookup: VariableLookup;
  /** The files that contain extended services. */
  readonly extended: readonly ComposeNode[];
  /** Warnings about variables without a value. */
  readonly unset: readonly string[];
}

/** Reads and merges the files as Compose does. Adds all problems that it finds to `problems`. */
export function load(input: ComposeInput, problems: Problem[]): ComposeProject | undefined {
  const loader = new Loader(input, problems);
  const root = loader.project();
  if (!root) return undefined;
  const { report, lookup, extended, unset, folder } = loader;
  const name = input.shell.COMPOSE_PROJECT_NAME || textOf(nodeAt(root, 'name')) || basename(resolve(folder));
  return { root, report, lookup, extended, unset, name, files: input.files.map(displayName) };
}

/** The most files of a chain in which each includes the next. */
const MOST_INCLUDES = 100;

class Loader {
  readonly report = new ImportReport();
  readonly folder: string;
  readonly lookup: VariableLookup;
  readonly extended: ComposeNode[] = [];
  readonly unset: string[] = [];
  readonly #merger = new Merger(this.report);
  readonly #longForms = new LongForms(this.report);
  /** Each file is read once. */
  readonly #files = new Map<string, DictNode | undefined>();
  /** Each included project is merged once, even if many files include it. */
  readonly #projects = new Map<string, DictNode | undefined>();
  /** The files that are being included, to detect cycles. */
  readonly #open: string[] = [];

  constructor(
    private readonly input: ComposeInput,
    private readonly problems: Problem[],
  ) {
    this.folder = dirname(input.files[0]!);
    this.lookup = environmentLookup(input.shell, input.envFiles, this.folder, problems);
  }

  project(): DictNode | undefined {
    this.#open.push(...this.input.files.map((file) => resolve(file)));
    return this.#merged(this.input.files, this.folder);
  }

  #merged(files: readonly string[], folder: string): DictNode | undefined {
    const parsed = files.map((file) => this.#file(file, folder)).filter((file) => file !== undefined);
    const [first, ...others] = parsed;
    if (!first) return undefined;
    return this.#included(others.reduce((merged, file) => this.#merger.files(merged, file), first));
  }

  /** One file, with the services that its services extend. */
  #file(file: string, folder: string): DictNode | undefined {
    const root = this.#read(file, folder);
    if (!root) return undefined;
    const extender = new Extender(this.#merger, this.report, this.problems, (other, place) =>
      this.#extended(other, place),
    );
    return extender.file(root, file);
  }

  #read(file: string, base: string): DictNode | undefined {
    const key = resolve(file);
    if (this.#files.has(key)) return this.#files.get(key);
    this.#files.set(key, undefined);
    const name = displayName(file);
    const unset = (variable: string, { file: inFile, line }: Place) =>
      this.unset.push(`${inFile}:${line}: The variable ${variable} is not set. Its value is empty.`);
    const text = readFileSync(file, 'utf8');
    const root = readComposeFile({ file: name, text, base, lookup: this.lookup, unset }, this.problems);
    if (!root) return undefined;
    this.report.add(root);
    this.problems.push(...keyProblems(root, name));
    const withLongForms = this.#longForms.file(root);
    this.#files.set(key, withLongForms);
    return withLongForms;
  }

  /** A file with an extended service. Its paths are relative to its own folder. */
  #extended(file: string, place: Place): DictNode | undefined {
    if (!isFile(file)) {
      this.problems.push(fileNotFound(file, place));
      return undefined;
    }
    const root = this.#read(file, dirname(file));
    if (root && !this.extended.includes(root)) this.extended.push(root);
    return root;
  }

  /** Adds the projects below `include`. As in Compose, it is an error if both projects have the same name. */
  #included(root: DictNode): DictNode {
    let result = root;
    for (const item of itemsOf(nodeAt(root, 'include'))) {
      const paths = item.kind === 'dict' ? itemsOf(nodeAt(item, 'path')) : [item];
      const files = paths.flatMap((path) => this.#existing(path));
      for (const key of ['project_directory', 'env_file'])
        this.report.approximated(
          nodeAt(item, key),
          'Paths are relative to the folder of the included file. Variables are those of the whole project.',
        );
      for (const path of paths) this.report.converted(path);
      if (files.length === 0) continue;
      const chain = files.map((file) => resolve(file));
      if (chain.some((file) => this.#open.includes(file))) {
        this.problems.push({
          code: 'compose-cycle',
          message: `${chain.map(displayName).join(', ')} includes itself.`,
          place: item.position.place,
          fix: 'Remove one of the lines below include.',
        });
        continue;
      }
      if (this.#open.length > MOST_INCLUDES) {
        this.problems.push({
          code: 'compose-invalid',
          message: `${chain.map(displayName).join(', ')} is at the end of too many files that include each other.`,
          expected: `at most ${MOST_INCLUDES} files`,
          place: item.position.place,
          fix: 'Include the files from the first file.',
        });
        continue;
      }
      const project = chain.join('\n');
      if (!this.#projects.has(project)) {
        this.#open.push(...chain);
        this.#projects.set(project, this.#merged(files, dirname(files[0]!)));
        this.#open.splice(this.#open.length - chain.length);
      }
      const other = this.#projects.get(project);
      if (other) result = this.#add(result, other);
    }
    return result;
  }

  #existing(path: ComposeNode): string[] {
    const file = pathOf(path) ?? path.position.base;
    if (isFile(file)) return [file];
    this.problems.push(fileNotFound(file, path.position.place));
    return [];
  }

  #add(root: DictNode, included: DictNode): DictNode {
    const entries = new Map(root.entries);
    for (const [section, node] of included.entries) {
      const own = entries.get(section);
      const single = section === 'name' || section === 'version';
      if (!own || single) entries.set(section, own ?? node);
      else if (own.kind === 'dict' && node.kind === 'dict') entries.set(section, this.#join(own, node));
      if (single) this.report.converted(node, 'The chart uses the value of the including file.');
    }
    return dictAt(entries, root);
  }

  #join(own: DictNode, other: DictNode): DictNode {
    for (const [name, node] of other.entries) {
      if (!own.entries.has(name)) continue;
      const { file, line } = own.entries.get(name)!.position.place;
      this.problems.push({
        code: 'compose-invalid',
        message: `The including file has ${node.position.path} too, at ${file}:${line}.`,
        place: node.position.place,
        fix: 'Rename one of the two. Or name both files with --file, so that the later one overrides the earlier one.',
      });
    }
    return dictAt([...other.entries, ...own.entries], own);
  }
}

function displayName(file: string): string {
  return relative('', file) || file;
}
