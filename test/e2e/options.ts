import { parseArgs } from 'node:util';
import { STEPS } from './steps';
import { CannotRun } from './support/promise';

export interface Options {
  readonly keep: boolean;
  readonly create: boolean;
  readonly only: readonly string[];
  readonly seed: number;
}

export const USAGE = `npm run e2e -- [--keep] [--no-create] [--only STEP,STEP] [--seed N]

Puts the blog on a kind cluster of its own and proves what it promises, under load and under faults.

  --keep       leaves the cluster there, and says how to use it again
  --no-create  uses the kind cluster that KUBECONFIG leads to, and leaves it there
  --only       runs these steps only
  --seed       repeats a run: the same pods are killed at the same times (default: a new seed, which is told)
  --help       says this

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
  return { keep: values.keep ?? false, create: !values['no-create'], only, seed };
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
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new CannotRun((error as Error).message);
  }
}
