import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { MicroserviceOptions } from '../options';
import type { ResolvedCanary, ResolvedMicroservice } from '../resolve';
import type { BlueGreen, Canary } from './strategy';
import { canaryReplicas, MOST_BY_REPLICAS, numbersOf, shareOf } from './canary-replicas';
import { heldVolumes } from '../../program/held-volumes';
import { imageProblems, integer, enumValue } from '../../shared/value-problems';

type Found = Generator<ProblemRow>;

/** The problems of the strategy of a release. */
export function* strategyProblems(given: MicroserviceOptions, options: ResolvedMicroservice): Found {
  const strategy: unknown = given.strategy;
  if (strategy === undefined || strategy === 'rolling' || strategy === 'recreate') return;
  const { canary, blueGreen } = (typeof strategy === 'object' ? (strategy ?? {}) : {}) as {
    canary?: Canary;
    blueGreen?: BlueGreen;
  };
  if (isObject(canary) && blueGreen === undefined)
    yield* canaryProblems((options.strategy as { canary: ResolvedCanary }).canary, options);
  else if (isObject(blueGreen) && canary === undefined) yield* blueGreenProblems(blueGreen, options);
  else {
    const fix = "Write, for instance, strategy: { canary: { image: Image.of('shop/cart:1.1.0'), weight: 10 } }.";
    const expected = "'rolling', 'recreate', { canary: … } or { blueGreen: … }";
    yield invalid('strategy', 'The strategy is unknown.', expected, strategy, fix);
  }
}

/** The additional replicas cannot mount a volume that is not shared, because the other replicas use it. */
function* heldVolumeProblems(options: ResolvedMicroservice, strategy: string): Found {
  for (const [path, volume] of heldVolumes(options)) {
    yield row('volume-not-shared', {
      message: `The additional replicas cannot mount the volume ${show(volume.name)}, which only one node can mount at a time.`,
      field: 'strategy',
      expected: "'recreate', which is the default here, or a shared volume",
      got: `${strategy}, and ${show(volume.name)} at ${path}`,
      fix: 'Remove strategy, or set shared: true and a storageClass that supports ReadWriteMany on the volume.',
    });
  }
}

function* canaryProblems({ image, weight, by }: ResolvedCanary, options: ResolvedMicroservice): Found {
  const field = 'strategy.canary';
  yield* imageProblems(image, `${field}.image`);
  yield* heldVolumeProblems(options, 'a canary');
  const unknown = [...enumValue(`${field}.by`, by, ['replicas', 'gateway'], 'strategy-invalid')];
  yield* unknown;
  if (unknown.length > 0) return;
  if (by === 'gateway' && options.kind !== 'microservice') {
    const message = 'A gateway routes only to a microservice that serves HTTP.';
    yield invalid(`${field}.by`, message, "'replicas'", by, 'Remove `by`: the replicas then share the work.');
  }
  const range = { code: 'strategy-invalid', min: 0, max: by === 'replicas' ? MOST_BY_REPLICAS : 100 } as const;
  const fix = 'Write a smaller weight. To finish the release, write its image as `image`, and weight: 0.';
  const outside = [...integer(`${field}.weight`, weight, { ...range, fix })];
  yield* outside;
  if (outside.length === 0 && by === 'replicas' && weight > 0) yield* shareProblems(weight, options);
}

/**
 * With few replicas only some shares are possible. If no replica is closer to the weight than one replica, there is no
 * canary.
 */
function* shareProblems(weight: number, options: ResolvedMicroservice): Found {
  const unable = numbersOf(options.scaling).filter(
    (others) => Number.isInteger(others) && others > 0 && canaryReplicas(others, weight) === 0,
  );
  if (unable.length === 0) return;
  const others = Math.min(...unable);
  const share = Math.round(shareOf(1, others));
  yield row('weight-unreachable', {
    message: `One canary replica next to ${others} others gets ${share} % of the requests, which is too far from ${weight} %.`,
    field: 'strategy.canary.weight',
    expected: `a weight of at least ${Math.ceil(50 / (others + 1))}, or at least ${Math.ceil(50 / weight) - 1} replicas`,
    got: `${weight} % with ${others}`,
    fix: "Raise the weight or the number of replicas, or let the gateway split the requests with by: 'gateway'.",
  });
}

function* blueGreenProblems({ green, live }: BlueGreen, options: ResolvedMicroservice): Found {
  const field = 'strategy.blueGreen';
  yield* imageProblems(green, `${field}.green`);
  yield* heldVolumeProblems(options, 'blue and green');
  if (live !== undefined) yield* enumValue(`${field}.live`, live, ['blue', 'green'], 'strategy-invalid');
  if (options.kind !== 'worker') return;
  const message = 'A worker has no Service that can be switched, so both releases would work at the same time.';
  yield invalid(
    field,
    message,
    'a canary, or no strategy',
    { live },
    'Remove strategy, or write strategy: { canary: … }.',
  );
}

function invalid(field: string, message: string, expected: string, got: unknown, fix: string): ProblemRow {
  return row('strategy-invalid', { message, field, expected, got: show(got), fix });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
