import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const deadlineMissing: Rule = hardenedRule(
  'deadline-missing',
  'A CronJob without a starting deadline stops permanently after a hundred missed runs.',
  'Set startingDeadlineSeconds.',
  (world) =>
    world
      .ofKind('CronJob')
      .filter(({ object }) => typeof object.spec?.startingDeadlineSeconds !== 'number')
      .map((manifest) => ({
        manifest,
        field: ['spec', 'startingDeadlineSeconds'],
        message: 'The CronJob stops permanently after a hundred missed runs.',
        expected: 'startingDeadlineSeconds',
        got: 'none',
        fix: 'Set startingDeadlineSeconds to a few minutes, such as 300.',
      })),
);
