import type { IConstruct } from 'constructs';
import { Image } from '../../images/image';
import { variableName } from '../../k8s/names';
import { nearest } from '../../basics/nearest';
import { row, type Problem, type ProblemRow } from '../../problems/problem';
import { unknownOptions, type AnyNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';

/** The key of the settings in the context of the app. */
export const SETTINGS = 'callsign.dev/settings';

/** Groups of options: an override changes single members and keeps the others. */
const GROUPS = new Set([
  'resources',
  'env',
  'health',
  'metrics',
  'shutdown',
  'lifecycle',
  'files',
  'settings',
  'backup',
  'cors',
  'pod',
  'service',
  'serviceAccount',
  'history',
  'listen',
  'httpRoute',
]);
/** Options that exclude each other. An override of one removes the others. */
const RIVALS = [
  ['replicas', 'autoscale', 'schedule'],
  ['host', 'hosts'],
  ['listen', 'httpRoute', 'className'],
];

/** How the variables that override an option begin. */
const VARIABLES = 'CALLSIGN_';

type Options = Readonly<Record<string, unknown>>;
/** Options by the name of the part that they change. */
export type Overrides = Readonly<Record<string, Options>>;
interface Step {
  readonly value: unknown;
  readonly source: string;
}

/** The options of a part, those that an environment variable can set, and the defaults. */
export interface Known {
  readonly names: AnyNames;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  /** Those whose value is an image. */
  readonly images?: readonly string[];
  readonly defaults: Options;
}

/** The overrides of one environment and of environment variables, with the source of each value. */
export class Settings {
  /** The options of each part, with their sources, in the order in which they apply. */
  readonly #applied: { readonly part: string; readonly options: Options; readonly source: string }[] = [];
  readonly #parts = new Set<string>();
  readonly #variables = new Set<string>();
  readonly #hasVariables: boolean;
  readonly #problems: Problem[] = [];
  readonly #own = new Map<string, object>();

  constructor(
    readonly environment: string | undefined,
    readonly overrides: Overrides,
    readonly shell: Readonly<Record<string, string | undefined>>,
  ) {
    this.#hasVariables = Object.keys(shell).some((name) => name.startsWith(VARIABLES));
  }

  /** The options of a part with all overrides. */
  apply<T extends object>(part: string, given: T, known: Known): T {
    this.#parts.add(part);
    this.#remember(part, known.defaults, 'the default');
    this.#remember(part, given as Options, 'the chart');
    let result = given as Options;
    const override = this.overrides[part];
    if (override) {
      result = merged(result, override);
      this.#remember(part, override, `the environment ${this.environment}`);
    }
    if (!this.#hasVariables) return result as T;
    for (const [kind, paths] of [
      ['number', known.numbers],
      ['text', known.texts],
      ['image', known.images ?? []],
    ] as const) {
      for (const path of paths) result = this.#fromShell(part, path, kind, result);
    }
    return result as T;
  }

  /** The options of the environment itself, such as the settings of images. They are computed once. */
  own(name: string, known: Known): object {
    let options = this.#own.get(name);
    if (!options) {
      options = this.apply(name, {}, known);
      this.#own.set(name, options);
      for (const [code, what] of this.unknown(name, known, name)) this.#problems.push({ code, ...what });
    }
    return options;
  }

  /** The problems of unknown options in the overrides of a part. */
  *unknown(part: string, { names }: Known, path = ''): Generator<ProblemRow> {
    for (const [code, what] of unknownOptions(this.overrides[part], names, path)) {
      const message = `The environment ${this.environment} sets the unknown option ${show(what.field)}.`;
      yield row(code, { ...what, message });
    }
  }

  /** All values of an option, in order. The last one is used. */
  explain(option: string): readonly Step[] {
    return this.#steps().get(option) ?? [];
  }

  get options(): readonly string[] {
    return [...this.#steps().keys()].toSorted();
  }

  /** The problems of overrides that match nothing. Probably a name is wrong. */
  unused(): Problem[] {
    const parts = Object.keys(this.overrides).filter((part) => !this.#parts.has(part));
    const known = [...this.#variables];
    const variables = Object.keys(this.shell).filter(
      (name) => name.startsWith(VARIABLES) && !this.#variables.has(name),
    );
    return [
      ...this.#problems,
      ...parts.map((part) =>
        unusedProblem(`The environment ${this.environment} overrides ${show(part)}, which no chart contains.`, part, [
          ...this.#parts,
        ]),
      ),
      ...variables.map((name) => unusedProblem(`The variable ${name} sets no option of any part.`, name, known)),
    ];
  }

  #fromShell(part: string, path: string, kind: 'number' | 'text' | 'image', options: Options): Options {
    const name = `${VARIABLES}${variableName(part)}_${variableName(path)}`;
    this.#variables.add(name);
    const text = this.shell[name];
    if (text === undefined || text === '') return options;
    const value = { number: Number, text: String, image: (reference: string) => Image.of(reference) }[kind](text);
    if (Number.isNaN(value)) {
      this.#problems.push({
        code: 'override-invalid',
        message: `The variable ${name} is not a number.`,
        expected: 'a number',
        got: show(text),
        fix: `Write a number, or unset the variable: unset ${name}.`,
      });
      return options;
    }
    const [group, member] = path.split('.') as [string, string | undefined];
    const override = { [group]: member === undefined ? value : { [member]: value } };
    this.#remember(part, override, `the variable ${name}`);
    return merged(options, override);
  }

  #remember(part: string, options: Options, source: string): void {
    this.#applied.push({ part, options, source });
  }

  #steps(): ReadonlyMap<string, readonly Step[]> {
    const steps = new Map<string, Step[]>();
    for (const { part, options, source } of this.#applied) addSteps(steps, part, options, source);
    return steps;
  }
}

function addSteps(steps: Map<string, Step[]>, part: string, options: Options, source: string): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (GROUPS.has(option)) {
      addSteps(steps, `${part}.${option}`, value as Options, source);
      continue;
    }
    // An option removes the values of the options that it excludes.
    for (const rivals of RIVALS) {
      if (rivals.includes(option)) for (const other of rivals) if (other !== option) steps.delete(`${part}.${other}`);
    }
    const key = `${part}.${option}`;
    const shown = value instanceof Image ? value.reference : value;
    steps.set(key, [...(steps.get(key) ?? []), { value: shown, source }]);
  }
}

/** The options of a construct with the overrides of the environment. */
export function configured<T extends object>(scope: IConstruct, part: string, given: T, known: Known): T {
  return settingsOf(scope)?.apply(part, given, known) ?? given;
}

/** The problems of unknown options of a part, in the chart and in the environment. */
export function* unknownInPart(scope: IConstruct, part: string, given: object, known: Known): Generator<ProblemRow> {
  yield* unknownOptions(given, known.names);
  yield* settingsOf(scope)?.unknown(part, known) ?? [];
}

/** The settings of the app that a construct belongs to; undefined for a plain cdk8s app. */
export function settingsOf(scope: IConstruct): Settings | undefined {
  const settings: unknown = scope.node.tryGetContext(SETTINGS);
  return settings instanceof Settings ? settings : undefined;
}

function merged(options: Options, override: Options): Options {
  const result: Record<string, unknown> = { ...options };
  for (const rivals of RIVALS) {
    if (rivals.every((option) => override[option] === undefined)) continue;
    for (const option of rivals) if (override[option] === undefined) delete result[option];
  }
  for (const [option, value] of Object.entries(override)) {
    if (value === undefined) continue;
    result[option] = GROUPS.has(option) ? { ...(result[option] as object | undefined), ...(value as object) } : value;
  }
  return result;
}

function unusedProblem(message: string, name: string, known: readonly string[]): Problem {
  const guess = nearest(name, known);
  return {
    code: 'override-unused',
    message,
    got: show(name),
    fix: guess ? `Write ${guess}, or remove it.` : 'Remove it, or correct the name.',
  };
}
