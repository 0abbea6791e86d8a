import type { Readiness, Trouble } from './readiness';

/** A trouble that can end by itself, for instance because its cause is about to be created. */
const CERTAIN_SECONDS = 6;
/** A crash that is not the first one. */
const RESTARTS = 2;

/** What is known about one object over time. */
export interface History {
  readonly text: string;
  /** When the text last changed, or the last dependency became ready. In milliseconds. */
  readonly since: number;
  readonly trouble?: string;
  /** When the trouble was first seen. */
  readonly troubleSince: number;
  /** The restarts when nothing was missing any more. Only later ones count. */
  readonly restarts: number;
}

/** One object at one moment. */
export interface Observation {
  readonly readiness: Readiness;
  /** Whether everything that it needs is ready. */
  readonly isUnblocked: boolean;
  readonly now: number;
}

/** The history after one more observation. */
export function remember(before: History | undefined, { readiness, isUnblocked, now }: Observation): History {
  const text = readiness.state === 'waiting' ? readiness.text : readiness.state;
  const current = readiness.state === 'waiting' ? readiness.trouble : undefined;
  const trouble = current && `${current.reason} ${current.container ?? ''}`;
  const restarts = current?.restarts ?? 0;
  return {
    text,
    since: before && before.text === text && isUnblocked ? before.since : now,
    ...(trouble !== undefined && { trouble }),
    troubleSince: before?.trouble === trouble && isUnblocked ? (before?.troubleSince ?? now) : now,
    restarts: before && isUnblocked ? before.restarts : restarts,
  };
}

/** Why the rollout of an object has failed. Undefined while waiting makes sense. */
export function verdictOf(
  history: History,
  { readiness, isUnblocked, now }: Observation,
  patienceSeconds: number,
): Trouble | undefined {
  if (readiness.state !== 'waiting' || !isUnblocked) return undefined;
  const { trouble } = readiness;
  const seconds = (now - history.troubleSince) / 1_000;
  if (trouble?.kind === 'certain' && seconds >= (trouble.seconds ?? CERTAIN_SECONDS)) return trouble;
  if (trouble?.kind === 'crash' && (trouble.restarts ?? 0) - history.restarts >= RESTARTS) return trouble;
  if ((now - history.since) / 1_000 < patienceSeconds) return undefined;
  return (
    trouble ?? {
      kind: 'maybe',
      reason: 'Timeout',
      message: `No progress for ${patienceSeconds} s: ${readiness.text}.`,
      fix: 'Look at the object: kubectl describe. The time follows from its probes.',
    }
  );
}
