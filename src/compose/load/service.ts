import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Problem } from '../../problems/problem';
import { fileNotFound, isFile } from './files';
import { parseDockerfile, type BuildSettings, type Dockerfile } from '../../images/source/dockerfile';
import { builtImage } from './images/base-image';
import type { ImageFacts } from './images/facts';
import { knownImage } from './images/known-image';
import { startScripts } from './images/start-scripts';
import type { ComposeProject } from './load';
import { MountReader, type ServiceMount } from './mounts';
import { entriesOf, isFalse, itemsOf, nodeAt, numberOf, pathOf, scalarAt, textOf } from './node';
import type { ComposeNode, DictNode, ScalarNode } from './node';
import { wordsOf } from './short-forms';
import { readEnvFile } from './variables/dotenv';
import type { ReadVariable } from './variables/interpolate';
import { envFileProblem } from './variables/lookup';

/** One variable of a service, from `environment` or from an env file. */
export interface EnvSetting {
  readonly value: string | number | boolean;
  readonly node: ComposeNode;
  /** The variables of the Compose file in its value. */
  readonly variables: readonly ReadVariable[];
}

/** The folder that an image is built from. */
interface ImageBuild extends BuildSettings {
  readonly folder: string;
  /** The path of the Dockerfile, from the folder. */
  readonly dockerfile: string;
  /** The contents of the Dockerfile; undefined if there is no such file. */
  readonly contents?: Dockerfile;
}

/** A service of the Compose file. */
export interface ComposeService {
  /** Its name in the Compose file. */
  readonly name: string;
  /** Its name in the chart: a valid name of a Service. */
  readonly id: string;
  readonly node: DictNode;
  readonly image?: string;
  /** What is known about its image. */
  readonly known?: ImageFacts;
  readonly build?: ImageBuild;
  readonly env: ReadonlyMap<string, EnvSetting>;
  readonly mounts: readonly ServiceMount[];
  /** Reads the texts of the project that the service gets as files. */
  readonly texts: () => readonly string[];
}

/** Reads services and their env files. */
export class ServiceReader {
  /** The report counts a file once, even if several services read it. */
  readonly #envFiles = new Map<string, ReadonlyMap<string, ScalarNode>>();
  readonly #mounts: MountReader;

  constructor(
    private readonly project: ComposeProject,
    private readonly problems: Problem[],
  ) {
    this.#mounts = new MountReader(project.root);
  }

  service(name: string, id: string, node: DictNode): ComposeService {
    const image = textOf(nodeAt(node, 'image'));
    const build = buildOf(node);
    const mounts = this.#mounts.mountsOf(node);
    const ofProject = mounts.filter(({ type, source }) => type === 'bind' && source?.startsWith('.'));
    return {
      name,
      id,
      node,
      env: this.#env(node),
      mounts,
      texts: () => [
        ...ofProject.flatMap((mount) => (mount.files() ?? []).map(({ text }) => text)),
        ...this.#mounts.configsOf(node),
      ],
      ...(image && { image }),
      ...(build && { build }),
      known: build?.contents ? builtFrom(build.folder, build.contents, node) : knownImage(image),
    };
  }

  #env(service: DictNode): Map<string, EnvSetting> {
    const env = new Map<string, EnvSetting>();
    const set = (name: string, node: ComposeNode, value: ScalarNode['value']) => {
      const before = env.get(name);
      if (before) this.project.report.replaced(before.node, node);
      // Compose does not pass on a variable that the shell does not set.
      if (value === null) env.delete(name);
      else env.set(name, { value, node, variables: node.kind === 'scalar' ? node.variables : [] });
    };
    for (const file of itemsOf(nodeAt(service, 'env_file')))
      for (const [name, node] of this.#envFile(file)) set(name, node, node.value);
    for (const [name, node] of entriesOf(nodeAt(service, 'environment'))) {
      const value = node.kind === 'scalar' ? (node.value ?? this.project.lookup(name) ?? null) : null;
      if (value === null) this.project.report.converted(node, UNSET);
      const fromShell = node.kind === 'scalar' && node.value === null;
      set(name, fromShell ? { ...node, variables: [{ name, value: String(value) }] } : node, value);
    }
    return env;
  }

  #envFile(node: ComposeNode): ReadonlyMap<string, ScalarNode> {
    const { report, lookup } = this.project;
    const path = pathOf(node.kind === 'dict' ? nodeAt(node, 'path') : node) ?? node.position.base;
    report.converted(node, 'The chart contains its variables.');
    const found = this.#envFiles.get(path);
    if (found) return found;
    const values = new Map<string, ScalarNode>();
    this.#envFiles.set(path, values);
    if (!isFile(path)) {
      if (isFalse(nodeAt(node, 'required'))) report.converted(node, 'The file is optional and does not exist.');
      else this.problems.push(fileNotFound(path, node.position.place));
      return values;
    }
    const file = relative('', path);
    const raw = textOf(nodeAt(node, 'format')) === 'raw';
    const { lines, problems } = readEnvFile(readFileSync(path, 'utf8'), lookup, raw);
    for (const { message, line } of problems) this.problems.push(envFileProblem(path, message, line));
    for (const { name, value, line, variables } of lines) {
      const setting: ScalarNode = {
        kind: 'scalar',
        value: value ?? lookup(name) ?? null,
        position: { place: { file, line }, path: name, base: node.position.base },
        variables: value === undefined ? [{ name, value: lookup(name) ?? '' }] : variables,
      };
      const before = values.get(name);
      report.add(setting);
      if (before) report.replaced(before, setting);
      if (setting.value === null) report.converted(setting, UNSET);
      else values.set(name, setting);
    }
    return values;
  }
}

const UNSET = 'The shell does not set this variable, so the container does not get it.';

/** The number of replicas of a service: one if the file does not name it. */
export function requestedReplicas(service: ComposeNode): number {
  const given = [nodeAt(service, 'deploy', 'replicas'), nodeAt(service, 'scale')].map(numberOf);
  return given.find((replicas) => replicas !== undefined && Number.isInteger(replicas) && replicas >= 0) ?? 1;
}

/** The words of the entrypoint and the command of a service. */
export function programWords(service: ComposeNode): string[] {
  return ['entrypoint', 'command'].flatMap((key) => commandOf(nodeAt(service, key)).map(({ word }) => word));
}

/** The words of a command, each with its node. */
export function commandOf(node: ComposeNode | undefined): { node: ScalarNode; word: string }[] {
  if (!node || node.kind === 'dict') return [];
  if (node.kind === 'list')
    return node.items.map((item) => ({ node: scalarAt(textOf(item) ?? '', item), word: textOf(item) ?? '' }));
  return wordsOf(textOf(node) ?? '').map((word) => ({ node, word }));
}

/** The build arguments that have a value, and the stage. */
function buildSettings(build: ComposeNode): BuildSettings {
  const target = textOf(nodeAt(build, 'target'));
  const args = entriesOf(nodeAt(build, 'args')).filter(([, node]) => textOf(node) !== undefined);
  return {
    ...(args.length > 0 && { args: Object.fromEntries(args.map(([name, node]) => [name, textOf(node)!])) }),
    ...(target && { target }),
  };
}

/** What is known about an image that is built: from its Dockerfile, its command, and the scripts that start it. */
function builtFrom(folder: string, contents: Dockerfile, service: DictNode): ImageFacts {
  const words = [...programWords(service), ...contents.entrypoint, ...contents.command];
  return builtImage(contents, words.join(' '), startScripts(folder, contents, words));
}

function buildOf(service: DictNode): ImageBuild | undefined {
  const build = nodeAt(service, 'build');
  const folder = pathOf(nodeAt(build, 'context'));
  if (!build || !folder) return undefined;
  const dockerfile = textOf(nodeAt(build, 'dockerfile')) ?? 'Dockerfile';
  const path = join(folder, dockerfile);
  const inline = textOf(nodeAt(build, 'dockerfile_inline'));
  const settings = buildSettings(build);
  const text = inline ?? (isFile(path) ? readFileSync(path, 'utf8') : undefined);
  return { folder, dockerfile, ...(text !== undefined && { contents: parseDockerfile(text, settings) }), ...settings };
}
