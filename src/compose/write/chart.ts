import { Invocation, PartReference, type ChartPlan, type PlannedCall, type PlannedPart } from '../plan/plan';
import type { PlannedOptions, PlannedValue } from '../plan/plan';
import { freeVariable, literal, quoted, SourceCode, type Literal } from '../../basics/typescript';

/** The chart in TypeScript: first the parts, then who calls whom, then the gateways. `library` is the module to import. */
export function renderChart({ name, sources, parts, calls }: ChartPlan, library: string): string {
  const camel = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const className = /^[0-9]/.test(camel) ? `App${camel}` : camel;
  const body = new ChartBody(parts, calls);
  const declarations = (construct: PlannedPart['construct']) =>
    parts.filter((part) => part.construct === construct).map((part) => body.declaration(part));
  const blocks = [
    [...declarations('Volume'), ...declarations('Database')],
    declarations('Microservice'),
    tasksInOrder(parts).map((part) => body.declaration(part)),
    calls.map((call) => body.callStatement(call)),
    declarations('Gateway'),
  ].filter((block) => block.length > 0);
  const text = [
    `    super(scope, id, { namespace: ${quoted(name)} });\n    new Namespace(this, ${quoted(name)});`,
    ...blocks.map((block) => block.join('\n')),
  ];
  const used = ['Database', 'External', 'Gateway', 'Image', 'Internet', 'Microservice', 'Task', 'Volume'].filter(
    (word) => new RegExp(`\\b${word}[(.]`).test(blocks.flat().join('\n')),
  );
  const names = [...used, 'Namespace', 'defineApp'].toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return `import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ${names.join(', ')} } from ${quoted(library)};

/** From ${sources.map(inComment).join(' and ')}. */
export class ${className} extends Chart {
  constructor(scope: Construct, id: string) {
${text.join('\n\n')}
  }
}

export default defineApp((app) => {
  new ${className}(app, ${quoted(name)});
});
`;
}

/** The tasks, each after the tasks that it names. */
function tasksInOrder(parts: readonly PlannedPart[]): PlannedPart[] {
  const tasks = new Map(parts.filter(({ construct }) => construct === 'Task').map((part) => [part.id, part]));
  const done = new Set<PlannedPart>();
  const add = (part: PlannedPart | undefined) => {
    if (!part || done.has(part)) return;
    tasks.delete(part.id);
    for (const id of referencesIn(part.options)) add(tasks.get(id));
    done.add(part);
  };
  for (const part of tasks.values()) add(part);
  return [...done];
}

/** The statements of the constructor. A part gets a variable if another statement uses it. */
class ChartBody {
  readonly #variables = new Map<string, string>();
  readonly #used: ReadonlySet<string>;

  constructor(parts: readonly PlannedPart[], calls: readonly PlannedCall[]) {
    const taken = new Set<string>();
    for (const { id, construct } of parts) {
      const name = freeVariable(id, taken, construct === 'Microservice' ? 'Service' : construct);
      this.#variables.set(id, name);
      taken.add(name);
    }
    this.#used = new Set([
      ...parts.flatMap(({ options }) => [...referencesIn(options)]),
      ...calls.flatMap(({ from, to }) => [from, ...referencesIn(to)]),
    ]);
  }

  declaration({ construct, id, options }: PlannedPart): string {
    const start = `    ${this.#used.has(id) ? `const ${this.#variables.get(id)} = ` : ''}new ${construct}(this, ${quoted(id)}`;
    const empty = Object.values(options).every((value) => value === undefined);
    return `${start}${empty ? '' : `, ${literal(this.#options(options), '    ', start.length - 2)}`});`;
  }

  callStatement({ from, to, as }: PlannedCall): string {
    const targets = to.map((target) => this.#code(target).text).join(', ');
    return `    ${this.#variables.get(from)}.${as === undefined ? `calls(${targets})` : `callsAs(${quoted(as)}, ${targets})`};`;
  }

  #code(value: PartReference | Invocation): SourceCode {
    if (value instanceof Invocation) {
      const args = value.args.map((argument) => literal(this.#literal(argument), '      ', 30));
      return new SourceCode(`${value.callee}(${args.join(', ')})`);
    }
    const name = this.#variables.get(value.id)!;
    return new SourceCode(value.property === undefined ? name : `${name}.${value.property}`);
  }

  #literal(value: PlannedValue): Literal {
    if (value instanceof PartReference || value instanceof Invocation) return this.#code(value);
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item: PlannedValue) => this.#literal(item));
    return this.#options(value as PlannedOptions);
  }

  #options(options: PlannedOptions): Record<string, Literal | undefined> {
    return Object.fromEntries(
      Object.entries(options).map(([key, value]) => [key, value === undefined ? value : this.#literal(value)]),
    );
  }
}

/** The name of a file in a comment. It cannot end the comment, and it stays on its line. */
function inComment(name: string): string {
  return name
    .replaceAll('*/', '*\\/')
    .replace(/[\p{Cc}\u2028\u2029]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The ids of all parts that a value refers to. */
function* referencesIn(value: PlannedValue | PlannedOptions | undefined): Generator<string> {
  if (value instanceof PartReference) yield value.id;
  else if (typeof value === 'object')
    for (const item of Object.values(value)) yield* referencesIn(item as PlannedValue);
}
