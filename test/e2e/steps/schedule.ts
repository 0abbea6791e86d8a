import { scheduledReplicas, type ScheduleStep } from '../../../src/index';
import type { Context, Step } from '../context';
import type { KubeObject } from '../support/kubectl';
import { OwnApp, echo } from '../support/own-app';
import { secondsSince, until } from '../support/until';

const NAMESPACE = 'e2e-schedule';
const MINUTE = 60_000;
/** From the apply until the pods run, with time to spare. */
const LEAD = 50_000;

export const schedule: Step = {
  name: 'schedule',
  promise:
    'The schedule holds from the apply on; when a step falls due it changes the copies, and the fewest of an autoscaler.',
  apart: true,
  async run(context) {
    const due = Math.ceil((Date.now() + LEAD) / MINUTE) * MINUTE;
    const timeOf = (moment: number) => new Date(moment).toISOString().slice(11, 16);
    // Twelve hours ago the other step was due: it holds until then.
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
      await until(`from the apply on there are ${before} copies`, (due - Date.now()) / 1_000, async () =>
        isSet(await numbers(context), before),
      );
      context.say(`${before} copies; the step is due in ${Math.round((due - Date.now()) / 1_000)} s`);
      await until('the step is due', 180, async () => Date.now() >= due, 200);
      const late = await until(
        `after ${timeOf(due)} there are ${after} copies`,
        120,
        async () => isSet(await numbers(context), after) && secondsSince(due),
      );
      await until('they are Ready', 120, async () => (await numbers(context)).ready === after);
      return { due: `${timeOf(due)} UTC`, from: before, to: after, secondsLate: late, floor: 'the same' };
    });
  },
};

interface Numbers {
  /** Copies that the Deployments want. */
  readonly copies: number;
  readonly ready: number;
  /** The fewest that the autoscaler may go down to. */
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
    copies: clock.spec.replicas,
    ready: clock.status.readyReplicas ?? 0,
    floor: spec.minReplicas,
    aboveFloor: floor.spec.replicas,
  };
}

/** Whether the clock decides on the one, and on the fewest of the other. */
function isSet({ copies, floor, aboveFloor }: Numbers, replicas: number): boolean {
  if (copies === replicas && floor === replicas && aboveFloor >= replicas) return true;
  throw new Error(`${copies} copies, and ${floor} the fewest of ${aboveFloor}`);
}
