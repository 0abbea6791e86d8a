import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { isDnsLabel } from '../../k8s/names';
import { Origin } from '../../problems/origin';
import { CallsignError, formatProblem, type ProblemRow, type Place, type Problem } from '../../problems/problem';
import { show } from '../../basics/text';

/**
 * A construct of ours. It never throws for a bad option: it remembers the problem, so that one run tells
 * all of them, and every way to synthesize (ours, or plain cdk8s) refuses the app.
 */
export abstract class Declaration extends Construct {
  /** The name of the Kubernetes objects: the id, as the user wrote it. */
  readonly name: string;
  /** The namespace of the chart. */
  readonly namespace: string | undefined;
  readonly #origin = new Origin();
  readonly #problems: Problem[] = [];
  readonly #later: (() => void)[] = [];

  /** `key` tells it from others in its chart, where its name is not enough. */
  constructor(scope: Construct, id: string, key = id) {
    const taken = scope.node.tryFindChild(key);
    super(scope, taken ? freeId(scope, key) : key);
    this.name = id;
    this.namespace = chartOf(this).namespace;
    this.node.addValidation({ validate: () => this.problems().map(formatProblem) });
    if (taken) {
      this.problem('name-taken', {
        message: `There is a ${show(id)} in ${show(scope.node.path)} already.`,
        got: show(id),
        fix: 'Give one of the two another name.',
      });
    }
    if (!isDnsLabel(id)) {
      this.problem('name-invalid', {
        message: 'The name cannot be the name of a Service.',
        got: show(id),
        expected: 'lower-case letters, digits and dashes, a letter first, 63 at most',
        fix: 'Choose a name that other services can call it by.',
      });
    }
  }

  /** The line that made it. */
  get place(): Place | undefined {
    return this.#origin.place;
  }

  /** All that is wrong with it, told once everything is declared. */
  problems(): Problem[] {
    const recorded = this.#problems.length;
    for (const check of this.#later) check();
    const all = [...this.#problems];
    this.#problems.length = recorded;
    return all;
  }

  protected problem(...[code, what]: ProblemRow): void {
    this.#problems.push({ code, path: this.node.path, place: this.place, ...what });
  }

  /** Adds a check that can be made only when the whole app stands. */
  protected checkLater(check: () => void): void {
    this.#later.push(check);
  }
}

/** A chart's namespace and labels come from its nearest chart: without one there is nothing to be named after. */
function chartOf(construct: Construct): Chart {
  try {
    return Chart.of(construct);
  } catch {
    throw new CallsignError([
      {
        code: 'construct-invalid',
        path: construct.node.path,
        place: new Origin().place,
        message: 'It is made outside any chart.',
        expected: 'a cdk8s Chart, or something in one, as the scope',
        fix: `Make it in a chart: class Shop extends Chart { … new ${construct.constructor.name}(this, …) }`,
      },
    ]);
  }
}

function freeId(scope: Construct, id: string): string {
  for (let n = 2; ; n++) if (!scope.node.tryFindChild(`${id}#${n}`)) return `${id}#${n}`;
}
