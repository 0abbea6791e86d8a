import type { ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { MicroserviceOptions } from '../options';
import type { ResolvedCanary, ResolvedMicroservice } from '../resolve';
import type { BlueGreen, Canary } from './strategy';
import { canaryCopies, MOST_BY_COPIES, numbersOf, shareOf } from './canary-replicas';
import { heldVolumes } from '../pod/held-volumes';
import { imageProblems } from '../../shared/value-problems';

type Found = Generator<ProblemRow>;

/** What is wrong with how a release takes the place of the one before. */
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
    yield invalid(
      'strategy',
      'There is no such strategy.',
      "'rolling', 'recreate', { canary: … } or { blueGreen: … }",
      strategy,
      "Write, for instance, strategy: { canary: { image: Image.of('shop/cart:1.1.0'), weight: 10 } }.",
    );
  }
}

/** The copies beside would wait for the volume for ever: those that hold it stay. */
function* heldVolumeProblems(options: ResolvedMicroservice, strategy: string): Found {
  for (const [path, volume] of heldVolumes(options)) {
    yield [
      'volume-not-shared',
      {
        message: `Copies beside the others would wait for the volume ${show(volume.name)}, which only one node at a time can hold.`,
        field: 'strategy',
        expected: "'recreate', which is what holds without a strategy too, or a volume that is shared",
        got: `${strategy}, and ${show(volume.name)} at ${path}`,
        fix: 'Leave out strategy, or make the volume with shared: true and a storageClass that many nodes can write to.',
      },
    ];
  }
}

function* canaryProblems({ image, weight, by }: ResolvedCanary, options: ResolvedMicroservice): Found {
  const field = 'strategy.canary';
  yield* imageProblems(image, `${field}.image`);
  yield* heldVolumeProblems(options, 'a canary');
  if (by !== 'copies' && by !== 'gateway') {
    yield invalid(
      `${field}.by`,
      'Nothing shares the requests like this.',
      "'copies' or 'gateway'",
      by,
      "Leave it out, or write by: 'gateway'.",
    );
    return;
  }
  if (by === 'gateway' && options.kind !== 'microservice') {
    yield invalid(
      `${field}.by`,
      'A gateway leads only to what serves HTTP.',
      "'copies'",
      by,
      'Leave it out: copies share the work.',
    );
  }
  const most = by === 'copies' ? MOST_BY_COPIES : 100;
  if (!Number.isInteger(weight) || weight < 0 || weight > most) {
    const finish = 'To finish the release, write its image as the `image`, and weight: 0';
    yield invalid(
      `${field}.weight`,
      'A canary cannot take this share.',
      `whole percent from 0 to ${most}`,
      weight,
      `${finish}.`,
    );
    return;
  }
  if (by === 'copies' && weight > 0) yield* shareProblems(weight, options);
}

/** Whole copies give only some shares; where none at all comes nearer than one copy, there would be no canary. */
function* shareProblems(weight: number, options: ResolvedMicroservice): Found {
  const unable = numbersOf(options.scaling).filter(
    (others) => Number.isInteger(others) && others > 0 && canaryCopies(others, weight) === 0,
  );
  if (unable.length === 0) return;
  const others = Math.min(...unable);
  const enough = Math.ceil(50 / weight) - 1;
  yield [
    'weight-unreachable',
    {
      message: `One copy beside ${others} would take ${Math.round(shareOf(1, others))} % of the requests, and none would be nearer to ${weight} %.`,
      field: 'strategy.canary.weight',
      expected: `a weight from ${Math.ceil(50 / (others + 1))} on, or ${enough} copies at least`,
      got: `${weight} % beside ${others}`,
      fix: "Raise one of the two; or let the gateway share the requests, where copies do not count: by: 'gateway'.",
    },
  ];
}

function* blueGreenProblems({ green, live }: BlueGreen, options: ResolvedMicroservice): Found {
  const field = 'strategy.blueGreen';
  yield* imageProblems(green, `${field}.green`);
  yield* heldVolumeProblems(options, 'blue and green');
  if (live !== undefined && live !== 'blue' && live !== 'green') {
    yield invalid(
      `${field}.live`,
      'Only one of the two can be live.',
      "'blue' or 'green'",
      live,
      "Write live: 'blue' until the green one has been looked at.",
    );
  }
  if (options.kind === 'worker') {
    yield invalid(
      field,
      'Nobody calls a worker, so there is nothing to switch: both would work at once.',
      'a canary, or nothing',
      { live },
      'Leave it out.',
    );
  }
}

function invalid(field: string, message: string, expected: string, got: unknown, fix: string): ProblemRow {
  return ['strategy-invalid', { message, field, expected, got: show(got), fix }];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
