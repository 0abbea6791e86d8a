import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { isDnsLabel } from '../../k8s/names';
import { Origin } from '../../problems/origin';
import { CallsignError, formatProblem, type ProblemRow, type Place, type Problem } from '../../problems/problem';
import { show } from '../../basics/text';

/**
 * The base class of our constructs. It does not throw on a wrong option but records a problem, so that one run reports
 * all problems. Every synthesis, also that of plain cdk8s, rejects an app with problems.
 */
export abstract class Declaration extends Construct {
  /** The name of the Kubernetes objects: the id, as the user wrote it. */
  readonly name: string;
  /** The namespace of the chart. */
  readonly namespace: string | undefined;
  readonly #origin = new Origin();
  readonly #problems: Problem[] = [];
  readonly #later: (() => void)[] = [];
  #areKnown = false;

  /** `key` is the id of the construct if its name is not unique in the chart. */
  constructor(scope: Construct, id: string, key = id) {
    const taken = scope.node.tryFindChild(key);
    super(scope, taken ? freeId(scope, key) : key);
    this.name = id;
    this.namespace = chartOf(this).namespace;
    this.node.addValidation({ validate: () => (this.#areKnown ? [] : this.problems().map(formatProblem)) });
    if (taken) {
      this.problem('name-taken', {
        message: `The name ${show(id)} exists already in ${show(scope.node.path)}.`,
        got: show(id),
        fix: `Give one of the two another name, such as ${show(`${id}-2`)}.`,
      });
    }
    if (!isDnsLabel(id)) {
      this.problem('name-invalid', {
        message: 'This is not a valid name of a Service.',
        got: show(id),
        expected: 'lower-case letters, digits and dashes; the first is a letter; at most 63',
        fix: `Write a valid name, such as ${show(validName(id))}: other services call it by this name.`,
      });
    }
  }

  /** The source line that creates it. */
  get place(): Place | undefined {
    return this.#origin.place;
  }

  /** All problems of the construct. The list is complete only when the whole app is declared. */
  problems(): Problem[] {
    const recorded = this.#problems.length;
    for (const check of this.#later) check();
    const all = [...this.#problems];
    this.#problems.length = recorded;
    return all;
  }

  /** The messages of the validations that others added. */
  otherMessages(): string[] {
    this.#areKnown = true;
    try {
      return this.node.validate();
    } finally {
      this.#areKnown = false;
    }
  }

  protected problem(...[code, what]: ProblemRow): void {
    this.#problems.push({ code, path: this.node.path, place: this.place, ...what });
  }

  /** Adds a check that needs the whole app. */
  protected checkLater(check: () => void): void {
    this.#later.push(check);
  }
}

/** The namespace and the labels come from the nearest chart, so there must be one. */
function chartOf(construct: Construct): Chart {
  try {
    return Chart.of(construct);
  } catch {
    throw new CallsignError([
      {
        code: 'construct-invalid',
        path: construct.node.path,
        place: new Origin().place,
        message: 'The construct is outside any chart.',
        expected: 'a cdk8s Chart, or a construct in one, as the scope',
        fix: `Create it in a chart: class Shop extends Chart { … new ${construct.constructor.name}(this, …) }`,
      },
    ]);
  }
}

/** A valid name that is similar. */
function validName(id: string): string {
  const name = id
    .replaceAll(/([a-z0-9])(?=[A-Z])/g, '$1-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-$/g, '')
    .slice(0, 50);
  return isDnsLabel(name) ? name : 'web';
}

function freeId(scope: Construct, id: string): string {
  for (let n = 2; ; n++) if (!scope.node.tryFindChild(`${id}#${n}`)) return `${id}#${n}`;
}
