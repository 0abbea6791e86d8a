import { scheduledReplicas, type ScheduleStep } from '../../../src/index';
import type { Context, Step } from '../context';
import type { KubeObject } from '../support/kubectl';
import { OwnApp, echo } from '../support/own-app';
import { secondsSince, until } from '../support/until';

const NAMESPACE = 'e2e-schedule';
const MINUTE = 60_000;
/** Enough time from the apply until the pods run. */
const LEAD = 50_000;

export const schedule: Step = {
  name: 'schedule',
  promise:
    'The schedule applies from the start. When a step is due, it changes the replicas, or the minimum of an autoscaler.',
  apart: true,
  async run(context) {
    const due = Math.ceil((Date.now() + LEAD) / MINUTE) * MINUTE;
    const timeOf = (moment: number) => new Date(moment).toISOString().slice(11, 16);
    // The other step was due twelve hours ago and applies until then.
    const steps: ScheduleStep[] = [
      { at: timeOf(due), replicas: 3 },
      { at: timeOf(due - 12 * 60 * MINUTE), replicas: 2 },
    ];
    const app = new OwnApp(context, NAMESPACE, (chart) => {
      echo(chart, 'clock', { schedule: steps });
      echo(chart, 'floor', { schedule: steps, autoscale: { max: 4 } });
    });
    return app.use(async () => {
      const before = scheduledReplicas(steps, 'Etc/UTC', new Date(due - MINUTE));
      const after = scheduledReplicas(steps, 'Etc/UTC', new Date(due));
      await until(`after the apply there are ${before} replicas`, (due - Date.now()) / 1_000, async () =>
        isSet(await numbers(context), before),
      );
      context.say(`${before} replicas; the step is due in ${Math.round((due - Date.now()) / 1_000)} s`);
      await until('the step is due', 180, async () => Date.now() >= due, 200);
      const late = await until(
        `after ${timeOf(due)} there are ${after} replicas`,
        120,
        async () => isSet(await numbers(context), after) && secondsSince(due),
      );
      await until('they are Ready', 120, async () => (await numbers(context)).ready === after);
      return { due: `${timeOf(due)} UTC`, from: before, to: after, secondsLate: late, floor: 'the same' };
    });
  },
};

interface Numbers {
  /** The replicas of the Deployment `clock`. */
  readonly scaled: number;
  readonly ready: number;
  /** The minimum of the autoscaler. */
  readonly floor: number | undefined;
  readonly aboveFloor: number;
}

async function numbers({ kubectl }: Context): Promise<Numbers> {
  type Deployment = KubeObject & { spec: { replicas: number }; status: { readyReplicas?: number } };
  type Autoscaler = KubeObject & { spec: { minReplicas?: number } };
  const clock = await kubectl.get<Deployment>('deployment', 'clock', '-n', NAMESPACE);
  const floor = await kubectl.get<Deployment>('deployment', 'floor', '-n', NAMESPACE);
  const { spec } = await kubectl.get<Autoscaler>('horizontalpodautoscaler', 'floor', '-n', NAMESPACE);
  return {
    scaled: clock.spec.replicas,
    ready: clock.status.readyReplicas ?? 0,
    floor: spec.minReplicas,
    aboveFloor: floor.spec.replicas,
  };
}

/** The replicas of one microservice and the minimum of the other, as the schedule sets them. */
function isSet({ scaled, floor, aboveFloor }: Numbers, replicas: number): boolean {
  if (scaled === replicas && floor === replicas && aboveFloor >= replicas) return true;
  throw new Error(`${scaled} replicas, and a minimum of ${floor} with ${aboveFloor}`);
}
