import { LABELS } from '../../../k8s/keys';
import { show } from '../../../basics/text';
import { row, type ProblemRow } from '../../../problems/problem';
import type { Image } from '../../../images/image';
import type { Backend } from '../../../links/endpoint';
import { plainParts } from '../../../links/variables';
import type { MicroserviceOptions } from '../options';
import { httpAddress } from '../ports';
import type { ResolvedBlueGreen, ResolvedCanary, ResolvedMicroservice, ResolvedScaling } from '../resolve';
import { replicasBeside, scalingOfCanary, numbersOf, shareOf } from './canary-replicas';
import { selectorLabels } from '../../shared/object';
import { strategyProblems } from './problems';

type Labels = Record<string, string>;

/** Additional replicas of another release, with their own name and labels. */
export interface Beside {
  readonly track: 'canary' | 'green';
  readonly name: string;
  readonly labels: Labels;
  readonly image: Image;
  readonly options: ResolvedMicroservice;
  /** The progress of the release, as text. */
  readonly progress: string;
}

/** How a strategy changes a microservice. */
export interface Release {
  /** The labels that the pods of both releases have in common. The NetworkPolicies select them. */
  readonly pods: Labels;
  /** The labels of the pods behind the Service. */
  readonly served: Labels;
  /** An additional Service, and the labels of its pods. */
  readonly further?: { readonly name: string; readonly pods: Labels };
  readonly beside?: Beside;
  readonly backends?: readonly Backend[];
}

/**
 * The release of a microservice. A strategy only adds objects. The Deployment of the microservice and the labels of its
 * pods never change, because a selector is immutable. The added pods have another `instance` label, so that a
 * Deployment or an autoscaler does not select the pods of another one.
 */
export function releaseOf(
  name: string,
  namespace: string | undefined,
  options: ResolvedMicroservice,
  given: MicroserviceOptions,
): Release {
  const own = selectorLabels(name, namespace);
  const { strategy } = options;
  // `strategyProblems` reports a wrong strategy.
  if (typeof strategy !== 'object' || [...strategyProblems(given, options)].length > 0)
    return { pods: own, served: own };
  return strategy.canary
    ? withCanary(name, own, options, strategy.canary)
    : withGreen(name, own, options, strategy.blueGreen);
}

/** The problem of an added name that is too long. Added names are longer than the name of the microservice. */
export function* addedNameProblems({ beside, further }: Release): Generator<ProblemRow> {
  const names = [beside?.name, further?.name, ...Object.values(beside?.labels ?? {})];
  const tooLong = names.find((name) => name !== undefined && name.length > 63);
  if (tooLong === undefined) return;
  yield row('name-invalid', {
    message: 'A name that the strategy adds is too long.',
    field: 'strategy',
    expected: 'at most 63 characters',
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
  const [[, url]] = plainParts(httpAddress(options), preview);
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
      progress: `${live} is live, ${live === 'blue' ? 'green' : 'blue'} is at ${url}`,
    },
  };
}

function labelsBeside(own: Labels, track: string): Labels {
  return { ...own, [LABELS.instance]: `${own[LABELS.instance]}-${track}` };
}

/** The progress of a canary, such as `25 % of the requests: 1 of 4 copies`. */
function progressOf(scaling: ResolvedScaling, canary: ResolvedCanary): string {
  const numbers = [...new Set(numbersOf(scaling))].filter((others) => others > 0).toSorted((a, b) => a - b);
  const counts = numbers.map((others) => [replicasBeside(others, canary), others] as const);
  if (counts.length === 0) return 'no copies, no requests';
  if (canary.weight === 0) return canary.by === 'gateway' ? 'a copy, and no requests' : 'no copies, no requests';
  if (canary.by === 'gateway') return `${canary.weight} % of the requests that come through the gateway`;
  const shares = counts.map(([some, others]) => Math.round(10 * shareOf(some, others)) / 10);
  const exact = shares.every((share) => share === canary.weight) ? '' : `, the nearest to ${canary.weight} %`;
  return `${range(shares)} % of the requests: ${range(counts.map(([some, others]) => `${some} of ${some + others}`))} copies${exact}`;
}

function range(values: readonly (string | number)[]): string {
  return [...new Set([values[0], values.at(-1)])].join(' to ');
}
