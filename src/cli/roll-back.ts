import type { Construct } from 'constructs';
import type { Target } from '../cluster/connection/target';
import type { HistoryEntry } from '../cluster/release/history';
import { ReleaseHistory } from '../cluster/release/history';
import type { Manifest } from '../k8s/objects';
import { CallsignError } from '../problems/problem';
import { sayWhere } from './cluster';
import type { Arguments, Io } from './command';
import { planRelease, releaseNameOf } from './release';
import { runRollout, type RolloutReport } from './run-rollout';

/**
 * Applies an earlier state of the release: the given one, or the last one before the latest that became ready.
 */
export async function rollBack(
  { app, target }: { readonly app: Construct; readonly target: Target },
  args: Arguments,
  io: Io,
  wanted?: number,
): Promise<RolloutReport> {
  const history = new ReleaseHistory(target.api, releaseNameOf(app));
  const entries = await history.entries();
  const number = wanted ?? previousOf(entries);
  const state = number === undefined ? undefined : await history.state(number);
  if (!state)
    throw new CallsignError([
      {
        code: 'release-unknown',
        message:
          number === undefined
            ? 'The history contains no earlier release that became ready.'
            : `The history contains no release ${number}.`,
        expected: entries.length > 0 ? `one of ${entries.map((entry) => entry.number).join(', ')}` : 'an earlier apply',
        fix: 'List the releases: callsign history.',
      },
    ]);
  const manifests = state.objects.map((object): Manifest => ({ object, place: () => undefined }));
  sayWhere({ manifests, target }, args, io);
  (args.options.json ? io.error : io.out)(`rolls back to release ${number}\n`);
  const plan = await planRelease({ app, manifests, target, graph: state.graph }, args);
  return runRollout(plan, args, io);
}

function previousOf([latest, ...earlier]: readonly HistoryEntry[]): number | undefined {
  return latest && earlier.find(({ status }) => status === 'ready')?.number;
}
