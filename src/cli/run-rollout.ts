import type { ObjectPlan } from '../cluster/plan/object-plan';
import { rollOut, type Outcome } from '../cluster/rollout/rollout';
import { titleOf } from '../k8s/objects';
import type { Arguments, Io } from './command';
import type { ReleasePlan } from './release';
import { changesJson, changesText } from './reports/changes';
import { printWaited, Progress } from './reports/progress';
import { stopOnSignal } from './signals';

/** The end of a rollout, and the same for programs. */
export interface RolloutReport {
  readonly outcome: Outcome;
  readonly json: object;
}

/** Rolls a plan out, and prints what happens. With `--json`, the caller prints. */
export function runRollout(release: ReleasePlan, { options }: Arguments, io: Io): Promise<RolloutReport> {
  const { plans, deletions } = release;
  const say = (line: string) => options.json || io.out(`${line}\n`);
  if (!options.json) io.out(changesText(plans, deletions, io.terminal));
  const progress = new Progress(io);
  const waits = options['no-wait'] !== true;
  return stopOnSignal(io, async (stop) => {
    const outcome = await rollOut(release, {
      waits,
      stop: stop.signal,
      onLost: () => {
        io.error('Stopping: another apply of this release took over.\n');
        stop.abort();
      },
      onWritten: (plan) => say(`${pastOf(plan)} ${titleOf(plan.body)}`),
      onDeleted: (object) => say(`deleted ${titleOf(object)}`),
      onLook: (texts) => options.json || progress.show(texts),
    });
    const { done, notDone, blocked, problems } = outcome;
    if (!options.json) {
      if (notDone.length > 0) say(`${done.length} done, ${notDone.length} not done: ${notDone.join(', ')}`);
      else if (done.length > 0) say(`${done.length} done`);
      if ((waits && notDone.length === 0) || blocked.length + problems.length > 0) printWaited(outcome, io);
    }
    return { outcome, json: { objects: changesJson(plans, deletions), ...outcome } };
  });
}

function pastOf({ action, takesOver }: ObjectPlan): string {
  if (action === 'create') return 'created';
  if (action === 'change') return 'changed';
  return takesOver ? 'took over' : 'added to the release:';
}
