import { SourceCode, literal, quoted, variable, type Literal } from './typescript';

/** The options of a construct, as they will be written. */
export type Options = Record<string, Literal | undefined>;

/** A construct of the chart. */
export interface Part {
  readonly construct: 'Database' | 'Gateway' | 'Microservice' | 'Volume';
  readonly id: string;
  readonly options: Options;
}

/** One sentence: `web.calls(api)`, or `web.callsAs('DB', database)`. */
export interface CallSentence {
  readonly from: string;
  /** Ids of parts, or the source of what else is called. */
  readonly to: readonly (string | SourceCode)[];
  readonly as?: string;
}

/** A chart before it is written. */
export interface ChartModel {
  /** The namespace, and the id of the chart. */
  readonly name: string;
  /** The files it comes from. */
  readonly sources: readonly string[];
  readonly parts: readonly Part[];
  readonly calls: readonly CallSentence[];
}

/** Writes the chart as a person would: what there is, who calls whom, and the door. */
export function renderChart({ name, sources, parts, calls }: ChartModel, library: string): string {
  const className = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const body = new Body(parts, calls);
  const doors = parts.filter(({ construct }) => construct === 'Gateway');
  const rest = parts.filter(({ construct }) => construct !== 'Gateway');
  const blocks = [
    ['Volume', 'Database']
      .flatMap((kind) => rest.filter(({ construct }) => construct === kind))
      .map((part) => body.declaration(part)),
    rest.filter(({ construct }) => construct === 'Microservice').map((part) => body.declaration(part)),
    calls.map((call) => body.sentence(call)),
    doors.map((part) => body.declaration(part)),
  ].filter((block) => block.length > 0);
  const text = [
    `    super(scope, id, { namespace: ${quoted(name)} });\n    new Namespace(this, ${quoted(name)});`,
    ...blocks.map((block) => block.join('\n')),
  ];
  const used = ['Database', 'External', 'Gateway', 'Image', 'Microservice', 'Volume'].filter((word) =>
    new RegExp(`\\b${word}[(.]`).test(blocks.flat().join('\n')),
  );
  const names = [...used, 'Namespace', 'defineApp'].toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return `import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ${names.join(', ')} } from ${quoted(library)};

/** From ${sources.join(' and ')}. */
export class ${/^[0-9]/.test(className) ? `App${className}` : className} extends Chart {
  constructor(scope: Construct, id: string) {
${text.join('\n\n')}
  }
}

export default defineApp((app) => {
  new ${/^[0-9]/.test(className) ? `App${className}` : className}(app, ${quoted(name)});
});
`;
}

/** The parts, each under a name that others can call it by. */
class Body {
  readonly #names = new Map<string, string>();
  readonly #needed: ReadonlySet<string>;

  constructor(parts: readonly Part[], calls: readonly CallSentence[]) {
    const taken = new Set<string>();
    for (const { id, construct } of parts) {
      const name = variable(id, taken, construct === 'Microservice' ? 'Service' : construct);
      this.#names.set(id, name);
      taken.add(name);
    }
    const mentioned = parts.flatMap(({ options }) => [...references(options)]);
    this.#needed = new Set([
      ...mentioned,
      ...calls.flatMap(({ from, to }) => [from, ...to.filter((target) => typeof target === 'string')]),
    ]);
  }

  declaration({ construct, id, options }: Part): string {
    const start = `    ${this.#needed.has(id) ? `const ${this.#names.get(id)} = ` : ''}new ${construct}(this, ${quoted(id)}`;
    const given = this.#options(options);
    const empty = Object.values(given).every((value) => value === undefined);
    return `${start}${empty ? '' : `, ${literal(given, '    ', start.length - 2)}`});`;
  }

  sentence({ from, to, as }: CallSentence): string {
    const targets = to
      .map((target) => (typeof target === 'string' ? this.#names.get(target)! : target.text))
      .join(', ');
    return `    ${this.#names.get(from)}.${as === undefined ? `calls(${targets})` : `callsAs(${quoted(as)}, ${targets})`};`;
  }

  /** A reference to a part becomes the name of its variable. */
  #resolved(value: Literal): Literal {
    if (value instanceof PartReference) return new SourceCode(`${this.#names.get(value.id)!}${value.text}`);
    if (value instanceof SourceCode || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item: Literal) => this.#resolved(item));
    return this.#options(value as Options);
  }

  #options(options: Options): Options {
    return Object.fromEntries(
      Object.entries(options).map(([key, value]) => [key, value === undefined ? value : this.#resolved(value)]),
    );
  }
}

/** Stands for the variable of another part; `text` comes after it, as in `uploads.readOnly`. */
export class PartReference extends SourceCode {
  constructor(
    readonly id: string,
    text = '',
  ) {
    super(text);
  }
}

function* references(value: Literal | undefined): Generator<string> {
  if (value instanceof PartReference) yield value.id;
  else if (typeof value === 'object' && !(value instanceof SourceCode))
    for (const item of Object.values(value)) yield* references(item);
}
