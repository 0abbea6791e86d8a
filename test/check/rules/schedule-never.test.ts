import { problemsIn } from '../problems-in';

const code = 'schedule-never';
const cron = (schedule: string) =>
  `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: a, namespace: shop }\nspec: { schedule: "${schedule}", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "a:1" }] } } } } }`;

test('reports a date that does not exist', () => {
  expect(problemsIn(code, cron('0 0 30 2 *'))).toMatchObject([
    {
      object: 'CronJob shop/a',
      field: 'spec.schedule',
      message: 'The schedule "0 0 30 2 *" matches no calendar day.',
      got: '0 0 30 2 *',
    },
  ]);
});

test.each(['0 0 29 2 *', '0 0 30 2 1', '@daily', 'no schedule', '0 0 31 1-6 *'])('accepts %s', (schedule) => {
  expect(problemsIn(code, cron(schedule))).toEqual([]);
});
