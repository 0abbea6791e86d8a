import { parseCron } from '../../k8s/cron';

const FIELDS = { month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', weekday: 'short' } as const;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Whether a schedule is due in the minute of a time. */
export function isDue(schedule: string, timeZone: string, time: Date): boolean {
  const cron = parseCron(schedule);
  if (!cron) return false;
  const parts = new Intl.DateTimeFormat('en', { ...FIELDS, timeZone, hourCycle: 'h23' }).formatToParts(time);
  const text = (type: keyof typeof FIELDS) => parts.find((part) => part.type === type)!.value;
  const isDay = cron.days.has(Number(text('day')));
  const isWeekday = cron.weekdays.has(WEEKDAYS.indexOf(text('weekday')));
  return (
    cron.minutes.has(Number(text('minute'))) &&
    cron.hours.has(Number(text('hour'))) &&
    cron.months.has(Number(text('month'))) &&
    (cron.bothDays ? isDay && isWeekday : isDay || isWeekday)
  );
}
