import { posix } from 'node:path';
import { isPattern, type ContextSource } from './build-context';
import { isHereDocument, jsonForm, readInstructions, split, type Escape, type Instruction } from './instructions';
import { expand, words } from './variables';

/** A COPY or ADD instruction with sources in the context. */
interface Copy {
  readonly sources: readonly ContextSource[];
  /** The absolute path in the image. With a slash at the end it is a folder. */
  readonly target: string;
}

/** A reason why the files of an image cannot be determined from its Dockerfile. */
export interface Unclear {
  readonly line: number;
  readonly why: string;
}

/** The contents of a Dockerfile that we use. */
export interface Dockerfile {
  /** Everything that the stages copy from the context. */
  readonly sources: readonly ContextSource[];
  /** The unsupported lines. If there are any, the image may depend on every file of the context. */
  readonly unclear: readonly Unclear[];
  /** The instructions of the last stage that copy from the context. */
  readonly copies: readonly Copy[];
  /** What the last stage copies from other stages. The sources are the paths in the context that other stages copied there. */
  readonly fromStages: readonly Copy[];
  /** The WORKDIR of the last stage. */
  readonly folder: string | undefined;
  /** The ENV of the last stage. */
  readonly env: ReadonlyMap<string, string>;
  /** The ENTRYPOINT and the CMD of the last stage. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** The image that the last stage is based on, and its line. Undefined if it depends on a variable without a value. */
  readonly base: Base | undefined;
  /** The TCP ports of EXPOSE in the last stage. A port that depends on a variable without a value is NaN. */
  readonly exposed: readonly ExposedPort[];
  /** The texts of COPY, ADD and RUN of the last stage. */
  readonly steps: readonly string[];
  /** The last USER of the last stage: a name or a number, perhaps with a group. Undefined if it has none. */
  readonly user: string | undefined;
  /** The folders of VOLUME in the last stage. */
  readonly volumes: readonly string[];
}

interface Base {
  readonly image: string;
  readonly line: number;
}

interface ExposedPort {
  readonly port: number;
  readonly line: number;
}

interface Stage {
  readonly copies: Copy[];
  readonly fromStages: Copy[];
  /** The variables of ARG and ENV. */
  readonly values: Map<string, string>;
  readonly env: Map<string, string>;
  folder: string | undefined;
  entrypoint: readonly string[];
  command: readonly string[];
  base: Base | undefined;
  readonly exposed: ExposedPort[];
  readonly steps: string[];
  user: string | undefined;
  readonly volumes: string[];
}

/** Instructions that copy nothing from the context and that we ignore. */
const OTHERS = new Set(['HEALTHCHECK', 'LABEL', 'MAINTAINER', 'SHELL', 'STOPSIGNAL']);
/** Variables that the builder sets. */
const FROM_BUILDER = /^(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)$/;

/** What changes the result of a build apart from the files. */
export interface BuildSettings {
  /** The values of build arguments, by name. */
  readonly args?: Readonly<Record<string, string>>;
  /** The stage that becomes the image, by its name or its number. */
  readonly target?: string;
}

/** Reads a Dockerfile as `docker build` does with these settings. The last stage is the one of `target` if it is set. */
export function parseDockerfile(text: string, { args = {}, target }: BuildSettings = {}): Dockerfile {
  return new Reader(text, args).result(target);
}

class Reader {
  readonly #sources: ContextSource[] = [];
  readonly #unclear: Unclear[] = [];
  readonly #stages = new Map<string, Stage>();
  /** The arguments before the first FROM. */
  readonly #global = new Map<string, string>();
  readonly #escape: Escape;
  #stage: Stage = newStage();
  #count = 0;
  #started = false;

  constructor(
    text: string,
    private readonly args: NonNullable<BuildSettings['args']>,
  ) {
    const { instructions, escape, syntax } = readInstructions(text);
    this.#escape = escape;
    if (syntax !== undefined && !/^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/.test(syntax))
      this.#unclear.push({ line: 1, why: `the syntax of ${syntax} is not known` });
    for (const instruction of instructions) {
      if (instruction.open) this.#markUnclear(instruction, 'a here-document has no end');
      this.#read(instruction);
    }
  }

  result(target: string | undefined): Dockerfile {
    const chosen = target === undefined ? this.#stage : this.#stages.get(target.toLowerCase());
    if (!chosen) this.#unclear.push({ line: 1, why: `there is no stage ${target}` });
    return { ...(chosen ?? this.#stage), sources: this.#sources, unclear: this.#unclear };
  }

  #read(instruction: Instruction): void {
    const { keyword, rest } = instruction;
    if (/^(?:COPY|ADD|RUN)$/.test(keyword)) this.#stage.steps.push(rest);
    switch (keyword) {
      case 'FROM':
        return this.#from(instruction);
      case 'ARG':
        return this.#arg(instruction);
      case 'ENV':
        return this.#env(instruction);
      case 'COPY':
      case 'ADD':
        return this.#copy(instruction);
      case 'RUN':
        return this.#run(instruction);
      case 'ONBUILD':
        return this.#onBuild(instruction);
      case 'WORKDIR': {
        const folder = this.#expand(rest);
        this.#stage.folder = folder === undefined ? undefined : posix.resolve(this.#stage.folder ?? '/', folder);
        return;
      }
      case 'EXPOSE':
        return this.#expose(instruction);
      case 'USER':
        this.#stage.user = this.#expand(rest.trim()) ?? rest.trim();
        return;
      case 'VOLUME':
        this.#stage.volumes.push(
          ...(jsonForm(rest) ?? rest.trim().split(/\s+/)).map((word) => this.#expand(word) ?? word),
        );
        return;
      case 'ENTRYPOINT':
        this.#stage.entrypoint = this.#program(rest);
        return;
      case 'CMD':
        this.#stage.command = this.#program(rest);
        return;
      default:
        if (!OTHERS.has(keyword)) this.#markUnclear(instruction, `${keyword} is not a known instruction`);
    }
  }

  #from({ rest, line }: Instruction): void {
    const [written = '', as, name] = rest.split(/\s+/);
    const image = expand(written, this.#global, this.#escape);
    const stage = this.#stages.get((image ?? '').toLowerCase());
    this.#stage = stage ? newStage(stage) : newStage(undefined, image === undefined ? undefined : { image, line });
    this.#started = true;
    this.#stages.set(String(this.#count++), this.#stage);
    if (as?.toUpperCase() === 'AS' && name) this.#stages.set(name.toLowerCase(), this.#stage);
  }

  #expose({ rest, line }: Instruction): void {
    for (const word of rest.trim().split(/\s+/)) {
      const [port = '', protocol = 'tcp'] = (this.#expand(word) ?? '').split('/');
      if (protocol.toLowerCase() === 'tcp') this.#stage.exposed.push({ port: port === '' ? NaN : Number(port), line });
    }
  }

  #arg(instruction: Instruction): void {
    const found = words(instruction.rest, this.#escape);
    if (!found) return this.#markUnclear(instruction, 'a quote has no end');
    for (const word of found) {
      const [name = '', ...value] = word.split('=');
      const byDefault =
        value.length > 0 ? this.#expand(value.join('=')) : this.#started ? this.#global.get(name) : undefined;
      const given = Object.hasOwn(this.args, name) ? this.args[name] : byDefault;
      // Without a value, the value from the base image remains.
      if (value.length > 0 || given !== undefined) this.#set(name, FROM_BUILDER.test(name) ? undefined : given);
    }
  }

  #env(instruction: Instruction): void {
    const found = words(instruction.rest, this.#escape);
    if (!found) return this.#markUnclear(instruction, 'a quote has no end');
    const old = /^\S+?=/.test(instruction.rest) ? undefined : /^(\S+)\s+(.*)$/s.exec(instruction.rest);
    const pairs = old ? [[old[1]!, old[2]!]] : found.map((word) => /^([^=]*)=?(.*)$/s.exec(word)!.slice(1));
    // All values of one instruction use the variables that were set before it.
    const values = pairs.map(([name, value]) => [name!, this.#expand(value!)] as const);
    for (const [name, value] of values) {
      this.#set(name, value);
      if (this.#started && value !== undefined) this.#stage.env.set(name, value);
    }
  }

  #set(name: string, value: string | undefined): void {
    const values = this.#started ? this.#stage.values : this.#global;
    if (value === undefined) values.delete(name);
    else values.set(name, value);
  }

  #copy(instruction: Instruction): void {
    const { flags, rest, line } = instruction;
    const from = flags.find(({ name }) => name === 'from')?.value ?? '';
    if (from.includes('$')) return this.#markUnclear(instruction, `--from=${from} depends on a variable`);
    const stage = this.#stages.get(from.toLowerCase());
    if (from !== '' && !stage) return;
    const given = jsonForm(rest) ?? rest.trim().split(/\s+/);
    const files = given.filter((word) => !isHereDocument(word));
    const remote = instruction.keyword === 'ADD' ? /^(?:https?|git|ssh):\/\/|^git@/ : undefined;
    const exclude = flags.filter(({ name }) => name === 'exclude').map(({ value }) => value);
    const target = this.#expand(files.pop() ?? '');
    const sources: ContextSource[] = [];
    for (const word of files) {
      const path = this.#expand(word);
      if (stage)
        sources.push(
          ...(path === undefined ? [] : contextPaths(stage, path)).map((it) => ({ path: it, exclude, line })),
        );
      else if (path === undefined) this.#markUnclear(instruction, `the value of ${word} is not known`);
      else if (!remote?.test(path)) sources.push({ path: inContext(path), exclude, line });
    }
    if (!stage) this.#sources.push(...sources);
    if (target === undefined || flags.some(({ name }) => name === 'parents')) return;
    const folder = /(?:^|\/)\.?$/.test(target) || given.length > 2 || sources.some(({ path }) => isPattern(path));
    const absolute = posix.resolve(this.#stage.folder ?? '/', target);
    const copies = stage ? this.#stage.fromStages : this.#stage.copies;
    copies.push({ sources, target: folder && absolute !== '/' ? `${absolute}/` : absolute });
  }

  /** A bind mount without `from` makes the context available to a command. */
  #run(instruction: Instruction): void {
    for (const { value } of instruction.flags.filter(({ name }) => name === 'mount')) {
      const fields = new Map<string, string | undefined>();
      for (const field of value.split(',')) {
        const [, key = '', text = ''] = /^([^=]*)=?(.*)$/s.exec(field)!;
        fields.set(
          key.toLowerCase().replace(/^src$/, 'source'),
          key.toLowerCase() === 'from' ? text : this.#expand(text),
        );
      }
      const type = fields.has('type') ? fields.get('type')?.toLowerCase() : 'bind';
      const source = fields.has('source') ? fields.get('source') : '';
      const from = fields.get('from') ?? '';
      if (/^(?:cache|secret|ssh|tmpfs)$/.test(type ?? '') || (from !== '' && !from.includes('$'))) continue;
      if (type !== 'bind' || source === undefined || from !== '' || value.includes('"'))
        this.#markUnclear(instruction, `--mount=${value} is not understood`);
      else this.#sources.push({ path: literal(inContext(source)), exclude: [], line: instruction.line });
    }
  }

  /** It runs in stages that are based on this one, with their variables. Its sources are the same there. */
  #onBuild(instruction: Instruction): void {
    if (instruction.rest.includes('$'))
      return this.#markUnclear(instruction, 'ONBUILD with a variable depends on a later stage');
    const trigger = split(instruction.rest, instruction.line, this.#escape);
    const { copies, fromStages } = this.#stage;
    const before = [copies.length, fromStages.length] as const;
    if (/^(?:COPY|ADD|RUN)$/.test(trigger.keyword)) this.#read(trigger);
    [copies.length, fromStages.length] = before;
  }

  /** `["node", "main.js"]`, or a line for a shell. A line of plain words with known variables needs no shell. */
  #program(rest: string): readonly string[] {
    const json = jsonForm(rest);
    if (json) return json;
    const line = rest.trim().replace(/^exec\s+/, '');
    const plain = /^[\w./$ -]+$/.test(line) ? line.split(/ +/).map((word) => this.#expand(word)) : [];
    const known = plain.filter((word) => word !== undefined);
    return known.length > 0 && known.length === plain.length ? known : ['sh', '-c', `exec ${line}`];
  }

  #expand(word: string): string | undefined {
    return expand(word, this.#started ? this.#stage.values : this.#global, this.#escape);
  }

  #markUnclear({ line }: Instruction, why: string): void {
    this.#unclear.push({ line, why });
  }
}

/** A stage with everything that it inherits from its base stage. */
function newStage(stage?: Stage, base = stage?.base): Stage {
  return {
    folder: stage?.folder,
    entrypoint: stage?.entrypoint ?? [],
    command: stage?.command ?? [],
    copies: [...(stage?.copies ?? [])],
    fromStages: [...(stage?.fromStages ?? [])],
    values: new Map(stage?.values),
    env: new Map(stage?.env),
    base,
    exposed: [...(stage?.exposed ?? [])],
    steps: [...(stage?.steps ?? [])],
    user: stage?.user,
    volumes: [...(stage?.volumes ?? [])],
  };
}

/**
 * The paths of the context that can become a path of a stage. A build in the stage writes files next to the ones that it
 * copied, and so does the same build on this machine: `dist` next to `src`.
 */
function contextPaths({ copies, fromStages }: Stage, path: string): string[] {
  const paths = [...copies, ...fromStages].flatMap(({ sources, target }) =>
    sources.map((source) => {
      const copied =
        target.endsWith('/') && source.path !== '.' ? posix.join(target, posix.basename(source.path)) : target;
      return posix.normalize(posix.join(source.path, posix.relative(copied, posix.resolve('/', path))));
    }),
  );
  return [...new Set(paths)].filter((found) => !/^\.\.(?:\/|$)/.test(found));
}

/** Docker treats the context as the root of a file system, so no path leads above it. */
function inContext(path: string): string {
  return posix.normalize(`/${path}`).replace(/^\/|\/$/g, '') || '.';
}

/** A path without special characters. */
function literal(path: string): string {
  return isPattern(path) ? path.replace(/[\\*?[]/g, '\\$&') : path;
}
