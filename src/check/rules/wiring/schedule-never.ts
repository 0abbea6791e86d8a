import type { V1CronJob } from '@kubernetes/client-node';
import { isEverDue, parseCron } from '../../../k8s/cron';
import type { Rule } from '../rule';

export const scheduleNever: Rule = {
  code: 'schedule-never',
  why: 'The API server takes it, and nothing ever runs.',
  fix: 'Write a day that its months have.',
  *find(world) {
    for (const manifest of world.ofKind('CronJob')) {
      const { schedule } = (manifest.object as Partial<V1CronJob>).spec ?? {};
      const cron = typeof schedule === 'string' ? parseCron(schedule) : undefined;
      // What is no schedule at all the API server refuses.
      if (!cron || isEverDue(cron)) continue;
      yield {
        manifest,
        field: ['spec', 'schedule'],
        message: `No calendar has the day of ${JSON.stringify(schedule)}.`,
        expected: 'a day that one of its months has',
        got: schedule,
        fix: 'Write a day that is there every year, or another month.',
      };
    }
  },
};
