import { LABELS } from '../../../k8s/keys';
import { show } from '../../../basics/text';
import { row, type ProblemRow } from '../../../problems/problem';
import type { Image } from '../../../images/image';
import type { Backend } from '../../../links/endpoint';
import type { MicroserviceOptions } from '../options';
import type { ResolvedBlueGreen, ResolvedCanary, ResolvedMicroservice, ResolvedScaling } from '../resolve';
import { replicasBeside, scalingOfCanary, numbersOf, shareOf } from './canary-replicas';
import { selectorLabels } from '../../shared/object';
import { strategyProblems } from './problems';

type Labels = Record<string, string>;

/** Copies that run beside those that were there before, under a name and labels of their own. */
export interface Beside {
  readonly track: 'canary' | 'green';
  readonly name: string;
  readonly labels: Labels;
  readonly image: Image;
  readonly options: ResolvedMicroservice;
  /** How far the release is, for people. */
  readonly progress: string;
}

/** What a strategy makes of a microservice. */
export interface Release {
  /** What all of its pods have in common, those beside it too: whoever may reach one may reach all. */
  readonly pods: Labels;
  /** What its Service leads to. */
  readonly served: Labels;
  /** A further Service, and what it leads to. */
  readonly further?: { readonly name: string; readonly pods: Labels };
  readonly beside?: Beside;
  readonly backends?: readonly Backend[];
}

/**
 * The release of a microservice. Its own Deployment and the labels of its pods are always the same: a selector cannot be changed, so a
 * strategy comes and goes by adding things beside it. Those have another `instance`, because no Deployment and no autoscaler may count
 * the pods of another as its own.
 */
export function releaseOf(
  name: string,
  namespace: string | undefined,
  options: ResolvedMicroservice,
  given: MicroserviceOptions,
): Release {
  const own = selectorLabels(name, namespace);
  const { strategy } = options;
  // What is wrong with it is told elsewhere.
  if (typeof strategy !== 'object' || [...strategyProblems(given, options)].length > 0)
    return { pods: own, served: own };
  return strategy.canary
    ? withCanary(name, own, options, strategy.canary)
    : withGreen(name, own, options, strategy.blueGreen);
}

/** What is wrong with the names that a strategy adds: they are longer than those that were checked. */
export function* addedNameProblems({ beside, further }: Release): Generator<ProblemRow> {
  const names = [beside?.name, further?.name, ...Object.values(beside?.labels ?? {})];
  const tooLong = names.find((name) => name !== undefined && name.length > 63);
  if (tooLong === undefined) return;
  yield row('name-invalid', {
    message: 'What the strategy adds would have too long a name.',
    field: 'strategy',
    expected: 'at most 63 letters',
    got: show(tooLong),
    fix: 'Shorten the name of the microservice, or of the namespace.',
  });
}

function withCanary(name: string, own: Labels, options: ResolvedMicroservice, canary: ResolvedCanary): Release {
  const pods = { [LABELS.name]: name };
  const labels = labelsBeside(own, 'canary');
  const { image, weight, by } = canary;
  const beside: Beside = {
    track: 'canary',
    name: `${name}-canary`,
    labels,
    image,
    options: { ...options, image, scaling: scalingOfCanary(options.scaling, canary) },
    progress: progressOf(options.scaling, canary),
  };
  if (by !== 'gateway') return { pods, served: pods, beside };
  const backends = [
    { service: name, weight: 100 - weight },
    { service: beside.name, weight },
  ];
  return { pods, served: own, beside, further: { name: beside.name, pods: labels }, backends };
}

function withGreen(
  name: string,
  blue: Labels,
  options: ResolvedMicroservice,
  { green: image, live }: ResolvedBlueGreen,
): Release {
  const green = labelsBeside(blue, 'green');
  const preview = `${name}-preview`;
  const [served, waiting] = live === 'blue' ? [blue, green] : [green, blue];
  return {
    pods: { [LABELS.name]: name },
    served,
    further: { name: preview, pods: waiting },
    beside: {
      track: 'green',
      name: `${name}-green`,
      labels: green,
      image,
      options: { ...options, image },
      progress: `${live} is live, ${live === 'blue' ? 'green' : 'blue'} is at http://${preview}`,
    },
  };
}

function labelsBeside(own: Labels, track: string): Labels {
  return { ...own, [LABELS.instance]: `${own[LABELS.instance]}-${track}` };
}

/** `25 % of the requests: 1 of 4 copies` */
function progressOf(scaling: ResolvedScaling, canary: ResolvedCanary): string {
  const numbers = [...new Set(numbersOf(scaling))].filter((others) => others > 0).toSorted((a, b) => a - b);
  const copies = numbers.map((others) => [replicasBeside(others, canary), others] as const);
  if (copies.length === 0) return 'no copies, no requests';
  if (canary.weight === 0) return canary.by === 'gateway' ? 'a copy, and no requests' : 'no copies, no requests';
  if (canary.by === 'gateway') return `${canary.weight} % of the requests that come through the gateway`;
  const shares = copies.map(([some, others]) => Math.round(10 * shareOf(some, others)) / 10);
  const exact = shares.every((share) => share === canary.weight) ? '' : `, the nearest to ${canary.weight} %`;
  return `${range(shares)} % of the requests: ${range(copies.map(([some, others]) => `${some} of ${some + others}`))} copies${exact}`;
}

function range(values: readonly (string | number)[]): string {
  return [...new Set([values[0], values.at(-1)])].join(' to ');
}
