import { show } from '../../basics/text';
import { accepted, isBetween, parseSettings, unknownKey, type FaultSettings, type WrongEntry } from './entry';

/** Replicas of a part that are killed again and again. */
export interface Kill {
  /** The part, or `*` for any of them. */
  readonly part: string;
  /** Seconds between two kills. Each kill is of one replica. */
  readonly every: number;
}

const LEAST_SECONDS = 0.1;
const MOST_SECONDS = 86_400;

/** Reads kills of the command line: `comments:every=10`. Throws if they are wrong. */
export function parseKill(text: string, parts: ReadonlySet<string>): Kill {
  const [, part, settings = ''] = /^([^:]+):(.+)$/.exec(text) ?? [];
  return accepted(checkKill({ part }, parseSettings(settings), parts), {
    got: show(text),
    fix: 'Write, for instance, comments:every=10.',
  });
}

/** The kills of a part, or what is wrong with them. */
export function checkKill(
  { part }: { readonly part?: unknown },
  settings: FaultSettings,
  parts: ReadonlySet<string>,
): Kill | WrongEntry {
  if (typeof part !== 'string')
    return { message: 'This is not a kill.', expected: 'a part, and every with the seconds between two kills' };
  const unknown = unknownKey('A kill', settings, ['every']);
  if (unknown) return unknown;
  if (part !== '*' && !parts.has(part))
    return { message: `No replicas of ${part} run here.`, expected: `* or one of ${[...parts].join(', ')}` };
  const { every } = settings;
  if (!isBetween(every, LEAST_SECONDS, MOST_SECONDS))
    return {
      message: 'The interval of a kill is wrong.',
      expected: `every with ${LEAST_SECONDS} to ${MOST_SECONDS} seconds`,
    };
  return { part, every };
}
