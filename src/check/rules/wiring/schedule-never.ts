import { isEverDue, parseCron } from '../../../k8s/cron';
import type { Rule } from '../rule';

export const scheduleNever: Rule = {
  code: 'schedule-never',
  why: 'The API server accepts the schedule, but the CronJob never runs.',
  fix: 'Use a day that exists in the month.',
  *find(world) {
    for (const manifest of world.ofKind('CronJob')) {
      const { schedule } = manifest.object.spec ?? {};
      const cron = typeof schedule === 'string' ? parseCron(schedule) : undefined;
      // The schema check reports an invalid schedule.
      if (!cron || isEverDue(cron)) continue;
      yield {
        manifest,
        field: ['spec', 'schedule'],
        message: `The schedule ${JSON.stringify(schedule)} matches no calendar day.`,
        expected: 'a day that exists in the month',
        got: schedule,
        fix: 'Change the day or the month.',
      };
    }
  },
};
