import { Microservice } from '../../constructs/microservice/microservice';
import { WallClock, type Irregular } from '../../constructs/microservice/scaling/wall-clock';
import type { Schedule, ScheduleStep } from '../../constructs/microservice/scaling/schedule';
import { Timetable, type Happening } from '../../constructs/microservice/scaling/timetable';
import { dayOf } from '../../constructs/microservice/scaling/week';
import { CallsignError } from '../../problems/problem';
import { count } from '../../basics/text';
import { validate } from '../../synth/validate';
import { APP_OPTIONS, loadApp } from '../app';
import { UsageError, type Command } from '../command';
import { printJson } from '../output';

export const schedule: Command = {
  usage: '[--at TIME] [--app FILE] [--env NAME] [--json]',
  summary: 'Shows the replicas that each schedule sets, now or at another time, with the previous and the next step.',
  options: {
    at: {
      type: 'string',
      help: 'a local time in each time zone (2026-03-29T02:30) or one moment for all (2026-03-29T02:30Z) (default: now)',
    },
    ...APP_OPTIONS,
    json: { type: 'boolean', help: 'print JSON' },
  },
  words: 0,
  async run({ options }, io) {
    const momentIn = parseTime(options.at as string | undefined);
    const app = await loadApp(options, io);
    const problems = validate(app);
    if (problems.length > 0) throw new CallsignError(problems);
    const answers = app.node.findAll().flatMap((construct) => {
      if (!(construct instanceof Microservice) || !construct.schedule) return [];
      const microservice = [construct.namespace, construct.name].filter(Boolean).join('/');
      return [{ microservice, ...answerOf(construct.schedule, momentIn) }];
    });
    if (options.json) printJson(answers, io);
    else io.out(answers.length > 0 ? answers.map(textOf).join('\n') : 'No microservice has a schedule.\n');
    return 0;
  },
};

/** A moment, and whether the local clock skips or repeats its time of day. */
interface Moment {
  /** `2026-03-29T01:00Z` */
  readonly instant: string;
  /** `2026-03-29T03:00+02:00` */
  readonly local: string;
  readonly clocks?: Irregular;
}

interface StepMoment extends Moment {
  readonly step: ScheduleStep;
}

interface Answer extends Moment {
  readonly microservice: string;
  readonly timeZone: string;
  /** The number of replicas. With a `max`, the lowest number. */
  readonly replicas: number;
  readonly max?: number;
  readonly since: StepMoment;
  /** The next step with another number. Undefined if all steps have the same number. */
  readonly next?: StepMoment;
}

function answerOf(
  given: Schedule,
  momentIn: (clock: WallClock) => Omit<Happening, 'step'>,
): Omit<Answer, 'microservice'> {
  const { timeZone, max } = given;
  const clock = new WallClock(timeZone);
  const moment = momentIn(clock);
  const { since, next } = new Timetable(given).at(moment.instant);
  return {
    timeZone,
    ...momentOf(clock, moment),
    replicas: since.step.replicas,
    ...(max !== undefined && { max }),
    since: { ...momentOf(clock, since), step: since.step },
    ...(next && { next: { ...momentOf(clock, next), step: next.step } }),
  };
}

function momentOf(clock: WallClock, { instant, clocks }: Omit<Happening, 'step'>): Moment {
  const iso = (time: number) => new Date(time).toISOString().slice(0, 16);
  const offset = clock.offset(instant);
  const ahead = `${offset < 0 ? '-' : '+'}${iso(Math.abs(offset)).slice(11)}`;
  return { instant: `${iso(instant)}Z`, local: `${iso(clock.reading(instant))}${ahead}`, ...(clocks && { clocks }) };
}

/** The moment of a time. With an offset from UTC it is the same for all clocks. Without one, each clock has its own. */
function parseTime(text: string | undefined): (clock: WallClock) => Omit<Happening, 'step'> {
  if (text === undefined) return () => ({ instant: Date.now() });
  const [, day, time, ahead] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const reading = Date.parse(`${day}T${time}Z`);
  const instant = Date.parse(`${day}T${time}${ahead ?? 'Z'}`);
  // Date.parse accepts 30 February as a day of March.
  if (Number.isNaN(instant) || !new Date(reading).toISOString().startsWith(`${day}T${time}`)) {
    throw new UsageError(
      `Invalid time: ${JSON.stringify(text)}. Expected: a local time such as 2026-03-29T02:30, or a moment such as 2026-03-29T02:30Z or 2026-03-29T02:30+01:00.`,
    );
  }
  return ahead === undefined ? (clock) => clock.happens(reading) : () => ({ instant });
}

/** An answer for people. */
function textOf({ microservice, timeZone, replicas, max, since, next, ...asked }: Answer): string {
  const range = (n: number) => (max === undefined ? count(n, 'replica') : `${n} to ${max} replicas`);
  return [
    `${microservice}  ${range(replicas)}`,
    `  at     ${dateText(asked)}  ${timeZone}${{ skipped: ', where clocks skip the given time', twice: ', the first of two times with this local time' }[asked.clocks!] ?? ''}`,
    `  since  ${dateText(since)}  ${stepText(since)}`,
    next
      ? `  until  ${dateText(next)}  ${stepText(next)}: ${range(next.step.replicas)}`
      : '  until  the schedule changes',
    '',
  ].join('\n');
}

function stepText({ step, clocks }: StepMoment): string {
  const note = { skipped: ', which clocks skip on that day', twice: ', which occurs twice on that day' };
  return `step ${[step.at, ...(step.days ?? [])].join(' ')}${(clocks && note[clocks]) ?? ''}`;
}

/** `Sun 2026-03-29 03:00 +02:00` */
function dateText({ local }: Moment): string {
  const [day = '', time = ''] = local.split('T');
  return `${dayOf(Date.parse(day))} ${day} ${time.slice(0, 5)} ${time.slice(5)}`;
}
