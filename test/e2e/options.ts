import { parseArgs } from 'node:util';
import { STEPS } from './steps';
import { CannotRun } from './support/promise';

export interface Options {
  readonly keep: boolean;
  readonly create: boolean;
  readonly only: readonly string[];
  readonly seed: number;
  /** The time for the whole run. Steps that would end later do not start, if they are not `core`. */
  readonly minutes: number;
}

/** The time for all steps, if no option sets it. */
const MINUTES = 40;

export const USAGE = `npm run e2e -- [--keep] [--no-create] [--only STEP,STEP] [--minutes N] [--seed N]

Applies the blog to a new kind cluster and tests its promises, under load and during faults.

  --keep       keeps the cluster, and prints how to use it again
  --no-create  uses the kind cluster of KUBECONFIG, and keeps it
  --only       runs only these steps
  --minutes    the time for the run; other steps than the main ones do not start if they would end later, and the last
               line names their number (default: ${MINUTES}; no limit with --only)
  --seed       repeats a run: the same pods are killed at the same times (default: a new seed, which is printed)
  --help       prints this text

Steps:
${STEPS.map(({ name, promise }) => `  ${name.padEnd(16)} ${promise}`).join('\n')}
`;

export function optionsOf(argv: readonly string[]): Options | 'help' {
  const { values } = parse(argv);
  if (values.help) return 'help';
  const only =
    values.only
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? [];
  const unknown = only.filter((name) => STEPS.every((step) => step.name !== name));
  if (unknown.length > 0) throw new CannotRun(`Unknown step: ${unknown.join(', ')}.`);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new CannotRun(`The seed must be a whole number. Got: ${values.seed}.`);
  const minutes = values.minutes === undefined ? (only.length > 0 ? Infinity : MINUTES) : Number(values.minutes);
  if (!(minutes > 0)) throw new CannotRun(`The minutes must be a number above 0. Got: ${values.minutes}.`);
  return { keep: values.keep ?? false, create: !values['no-create'], only, seed, minutes };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        keep: { type: 'boolean' },
        'no-create': { type: 'boolean' },
        only: { type: 'string' },
        seed: { type: 'string' },
        minutes: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new CannotRun((error as Error).message);
  }
}
