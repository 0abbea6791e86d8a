import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Caller, callerOf, type TaskMark } from '../../links/endpoint';

type Found = Generator<ProblemRow>;

/** The kinds of parts that have a rollout. */
const ROLLED_OUT: ReadonlySet<string> = new Set(['microservice', 'server', 'worker']);

/** Lets parts wait for a task. */
export function* runBefore(mark: TaskMark, targets: readonly unknown[]): Found {
  for (const [i, target] of targets.entries()) {
    const other = callerOf(target);
    const found = [...targetProblems(mark.task, other, `before[${i}]`, target)];
    yield* found;
    if (!other || found.length > 0) continue;
    other.waitsFor.push(mark);
    other.startsAfter.push(mark.task);
  }
}

/** Lets a task wait for parts. */
export function* runAfter(task: Caller, scope: IConstruct, targets: readonly unknown[]): Found {
  for (const [i, target] of targets.entries()) {
    const field = `after[${i}]`;
    const other = callerOf(target);
    const found = [...targetProblems(task, other, field, target)];
    yield* found;
    if (!other || found.length > 0) continue;
    const { mark } = target as { readonly mark?: TaskMark };
    if (other.options.kind === 'task' && !mark) yield neverDone(field, other);
    else if (!mark && Chart.of(target as IConstruct) !== Chart.of(scope)) yield otherChart(field, other);
    else {
      task.startsAfter.push(other);
      if (mark) task.waitsFor.push(mark);
    }
  }
}

/** The names of the parts that a task starts after, and whose rollout it waits for. */
export function rolledOutBefore({ startsAfter }: Caller): string[] {
  return startsAfter.filter(({ options }) => ROLLED_OUT.has(options.kind)).map(({ name }) => name);
}

function neverDone(field: string, { name }: Caller): ProblemRow {
  return row('task-order', {
    message: `${show(name)} runs again and again, so it is never done.`,
    field,
    expected: 'a Microservice, a StaticSite or a Task',
    got: 'a CronTask',
    fix: 'Remove it from the list, or make a Task of it.',
  });
}

function otherChart(field: string, { name }: Caller): ProblemRow {
  return row('task-order', {
    message: `${show(name)} is in another chart, which kubectl can apply later.`,
    field,
    expected: 'a part of the same chart',
    fix: 'Declare the task in the chart of the part.',
  });
}

function* targetProblems(task: Caller, other: Caller | undefined, field: string, target: unknown): Found {
  const wrong = (message: string, expected: string, got: unknown, fix: string) =>
    row('task-order', { message, field, expected, got: show(got), fix });
  if (!other)
    yield wrong(
      'This is not a part of the charts.',
      'a Microservice, a StaticSite or a Task',
      target,
      'Pass the object that `new` returns, not its name.',
    );
  else if (other === task)
    yield wrong('The task would wait for itself.', 'another part', other.name, 'Remove it from the list.');
  else if (!ROLLED_OUT.has(other.options.kind) && other.options.kind !== 'task')
    yield wrong(
      `A ${other.options.kind} has no rollout that a task can wait for, or that waits for a task.`,
      'a Microservice, a StaticSite or a Task',
      other.name,
      other.options.kind === 'database'
        ? 'Let the task call the database: it waits for the databases that it calls.'
        : 'Remove it from the list.',
    );
  else if (other.namespace !== task.namespace)
    yield wrong(
      'The other part is in another namespace, so its pods and the task cannot wait for each other.',
      `a part in ${task.namespace ?? 'the default namespace'}`,
      `${other.name} in ${other.namespace ?? 'the default namespace'}`,
      'Declare the task in the namespace of the part.',
    );
}

/** The problem of a task that waits for itself through others. Complete only when the whole app is declared. */
export function* circleProblems(task: Caller): Found {
  const circle = circleOf(task);
  if (!circle) return;
  yield row('task-order', {
    message: `The order is a circle: ${circle.map(({ name }) => name).join(' → ')}. None of them can start first.`,
    field: 'before',
    expected: 'parts that do not need each other to start',
    fix: 'Remove one of before and after, or a call of a task to a part that waits for it.',
  });
}

/** The shortest way from a task back to itself. A task also needs what it calls. */
function circleOf(task: Caller): readonly Caller[] | undefined {
  const seen = new Set<Caller>();
  let ways: Caller[][] = [[task]];
  while (ways.length > 0) {
    const next: Caller[][] = [];
    for (const way of ways)
      for (const need of needsOf(way.at(-1)!)) {
        if (need === task) return [...way, task];
        if (seen.has(need)) continue;
        seen.add(need);
        next.push([...way, need]);
      }
    ways = next;
  }
  return undefined;
}

function needsOf(caller: Caller): Caller[] {
  return [...caller.startsAfter, ...(caller.options.kind === 'task' ? caller.calls.map(({ to }) => to) : [])];
}
