import { readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Place, Problem } from '../../problems/problem';
import { show } from '../../basics/text';
import { isFile } from './files';
import { Canonical } from './documents/long-forms';
import { Extender } from './documents/extend';
import type { Lookup } from './variables/interpolate';
import { type KNOWN_KEYS, unknownKeys, wrongShapes } from './documents/keys';
import { Merger } from './documents/merge';
import { dict, entriesOf, get, itemsOf, textOf, type Dict, type Node } from './node';
import { readComposeFile } from './documents/read';
import { ImportReport } from './report';
import { environmentLookup } from './variables/lookup';

/** What is to be read. */
export interface ComposeInput {
  /** The compose files, the later stronger. */
  readonly files: readonly string[];
  /** Files with variables; without any, `.env` beside the first compose file. */
  readonly envFiles: readonly string[];
  readonly shell: Readonly<Record<string, string | undefined>>;
}

/** A compose project: everything that its files say together. */
export interface Loaded {
  readonly root: Dict;
  readonly report: ImportReport;
  /** The folder of the first file. */
  readonly folder: string;
  readonly name: string;
  readonly lookup: Lookup;
  /** The files from which services are extended. */
  readonly extended: readonly Node[];
  /** What is said of variables without a value. */
  readonly unset: readonly string[];
}

/** Reads the files as compose does: extended, included and merged. What is wrong goes to `problems`, all of it. */
export function load(input: ComposeInput, problems: Problem[]): Loaded | undefined {
  const loader = new Loader(input, problems);
  const root = loader.project();
  if (!root) return undefined;
  const named = input.shell.COMPOSE_PROJECT_NAME || textOf(get(root, 'name')) || basename(resolve(loader.folder));
  return {
    root,
    report: loader.report,
    folder: loader.folder,
    lookup: loader.lookup,
    extended: loader.extended,
    unset: loader.unset,
    name: named,
  };
}

class Loader {
  readonly report = new ImportReport();
  readonly folder: string;
  readonly lookup: Lookup;
  readonly extended: Node[] = [];
  readonly unset: string[] = [];
  readonly #merger = new Merger(this.report);
  readonly #canonical = new Canonical(this.report);
  /** A file is read once, however often others name it. */
  readonly #files = new Map<string, Dict | undefined>();
  readonly #open: string[] = [];

  constructor(
    private readonly input: ComposeInput,
    private readonly problems: Problem[],
  ) {
    this.folder = dirname(input.files[0]!);
    this.lookup = environmentLookup(input.shell, input.envFiles, this.folder, problems);
  }

  project(): Dict | undefined {
    this.#open.push(...this.input.files.map((file) => resolve(file)));
    return this.#merged(this.input.files, this.folder);
  }

  #merged(files: readonly string[], folder: string): Dict | undefined {
    const parsed = files.map((file) => this.#file(file, folder)).filter((file) => file !== undefined);
    const [first, ...others] = parsed;
    if (!first) return undefined;
    return this.#included(others.reduce((merged, file) => this.#merger.files(merged, file), first));
  }

  /** One file: its own services, and what they extend. */
  #file(file: string, folder: string): Dict | undefined {
    const root = this.#read(file, folder);
    if (!root) return undefined;
    const extender = new Extender(this.#merger, this.report, this.problems, (other, place) =>
      this.#named(other, place),
    );
    return extender.file(root, file);
  }

  #read(file: string, base: string): Dict | undefined {
    const key = resolve(file);
    if (this.#files.has(key)) return this.#files.get(key);
    this.#files.set(key, undefined);
    const name = relative('', file) || file;
    const root = readComposeFile(
      {
        file: name,
        text: readFileSync(file, 'utf8'),
        base,
        lookup: this.lookup,
        unset: (variable, place) =>
          this.unset.push(`${place.file}:${place.line}: the variable ${variable} is not set, and taken for empty.`),
      },
      this.problems,
    );
    if (!root) return undefined;
    this.report.add(root);
    this.#check(root, name);
    const canonical = this.#canonical.file(root);
    this.#files.set(key, canonical);
    return canonical;
  }

  /** A file that another one names; its own paths are meant from its own folder. */
  #named(file: string, place: Place): Dict | undefined {
    if (isFile(file)) {
      const root = this.#read(file, dirname(file));
      if (root && !this.extended.includes(root)) this.extended.push(root);
      return root;
    }
    this.problems.push(missing(file, place));
    return undefined;
  }

  /** `include` adds other projects; a name that both have is refused, as compose does. */
  #included(root: Dict): Dict {
    let result = root;
    for (const item of itemsOf(get(root, 'include'))) {
      const paths = item.kind === 'dict' ? itemsOf(get(item, 'path')) : [item];
      const files = paths.flatMap((path) => this.#path(path));
      for (const key of ['project_directory', 'env_file']) {
        const node = get(item, key);
        if (node)
          this.report.approximated(
            node,
            'Paths are meant from the folder of the file itself, and variables are those of the whole project.',
          );
      }
      for (const path of paths) this.report.converted(path);
      if (files.length === 0) continue;
      const chain = files.map((file) => resolve(file));
      if (chain.some((file) => this.#open.includes(file))) {
        this.problems.push({
          code: 'compose-cycle',
          message: `${chain.map((file) => relative('', file)).join(', ')} is included by itself.`,
          place: item.spot.place,
          fix: 'Take one of the two lines out.',
        });
        continue;
      }
      this.#open.push(...chain);
      const other = this.#merged(files, dirname(files[0]!));
      this.#open.splice(this.#open.length - chain.length);
      if (other) result = this.#add(result, other);
    }
    return result;
  }

  #path(path: Node): string[] {
    const text = textOf(path) ?? '';
    const file = isAbsolute(text) ? text : join(path.spot.base, text);
    if (isFile(file)) return [file];
    this.problems.push(missing(file, path.spot.place));
    return [];
  }

  #add(root: Dict, included: Dict): Dict {
    const entries = new Map(root.entries);
    for (const [section, node] of included.entries) {
      const own = entries.get(section);
      if (!own || section === 'name' || section === 'version') entries.set(section, own ?? node);
      else if (own.kind === 'dict' && node.kind === 'dict') entries.set(section, this.#join(own, node));
      if (section === 'name' || section === 'version')
        this.report.converted(node, 'The file that includes it has the say.');
    }
    return dict(entries, root);
  }

  #join(own: Dict, other: Dict): Dict {
    for (const [name, node] of other.entries) {
      if (!own.entries.has(name)) continue;
      const { file, line } = own.entries.get(name)!.spot.place;
      this.problems.push({
        code: 'compose-invalid',
        message: `${node.spot.path} is in ${file}:${line} too, which includes it.`,
        place: node.spot.place,
        fix: 'Rename one of the two, or name both files with --file to let the later one change the earlier.',
      });
    }
    return dict([...other.entries, ...own.entries], own);
  }

  #check(root: Dict, file: string): void {
    const version = get(root, 'version');
    const text = textOf(version);
    const services = get(root, 'services');
    const place = { file, line: 1 };
    const old =
      !services &&
      entriesOf(root).some(([, node]) => get(node, 'image') !== undefined || get(node, 'build') !== undefined);
    if ((text !== undefined && !/^[23](\.\d+)?$/.test(text)) || old) {
      this.problems.push({
        code: 'compose-version-unknown',
        message: old
          ? 'It is of the first version, in which services stand at the top.'
          : 'It is of a version that compose does not know.',
        expected: 'services below the key services; version: 2 or 3, or none',
        got: old ? entriesOf(root)[0]?.[0] : show(text),
        place: old ? place : version!.spot.place,
        fix: old ? 'Put the services below `services:`.' : 'Take the version out: compose needs none.',
      });
      if (old) return;
    }
    for (const [name, node] of entriesOf(services)) {
      if (node.kind === 'dict') continue;
      this.problems.push({
        code: 'compose-invalid',
        message: `The service ${show(name)} says nothing.`,
        expected: 'a map with an image or a build',
        got: node.kind === 'list' ? 'a list' : show(textOf(node) ?? null),
        place: node.spot.place,
        fix: 'Write what it runs.',
      });
    }
    const levels = [
      [root, 'file'],
      ...entriesOf(services).flatMap(([, service]) => [
        [service, 'service'],
        ...LEVELS.map((level) => [get(service, level), level]),
      ]),
    ] as [Node | undefined, keyof typeof KNOWN_KEYS][];
    for (const [node, level] of levels) this.problems.push(...unknownKeys(node, level), ...wrongShapes(node, level));
  }
}

const LEVELS = ['build', 'deploy', 'healthcheck'] as const;

/** A file that another names and that is not there. */
export function missing(file: string, place: Place): Problem {
  return {
    code: 'compose-file-missing',
    message: `There is no ${relative('', file) || file}.`,
    expected: 'a file that can be read',
    place,
    fix: 'Correct the path: it is meant from the folder of the compose file.',
  };
}
