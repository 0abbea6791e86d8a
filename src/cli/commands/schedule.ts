import { Microservice } from '../../constructs/microservice/microservice';
import { WallClock, type Irregular } from '../../constructs/microservice/scaling/wall-clock';
import type { Schedule, ScheduleStep } from '../../constructs/microservice/scaling/schedule';
import { Timetable, type Happening } from '../../constructs/microservice/scaling/timetable';
import { dayOf } from '../../constructs/microservice/scaling/week';
import { CallsignError } from '../../problems/problem';
import { validate } from '../../synth/validate';
import { APP_OPTIONS, loadApp } from '../app';
import { UsageError, type Command } from '../command';
import { tellJson } from '../output';

export const schedule: Command = {
  usage: '[--at TIME] [--app FILE] [--env NAME] [--json]',
  summary: 'Tells how many copies the clock asks for, now or at another time, and since and until when.',
  options: {
    at: {
      type: 'string',
      help: 'a time by the clock of each schedule, 2026-03-29T02:30, or one for all, 2026-03-29T02:30Z (now)',
    },
    ...APP_OPTIONS,
    json: { type: 'boolean', help: 'tell it to a program' },
  },
  words: 0,
  async run({ options }, io) {
    const asked = parseTime(options.at as string | undefined);
    const app = await loadApp(options, io);
    const problems = validate(app);
    if (problems.length > 0) throw new CallsignError(problems);
    const answers = app.node.findAll().flatMap((construct) => {
      if (!(construct instanceof Microservice) || !construct.schedule) return [];
      const microservice = [construct.namespace, construct.name].filter(Boolean).join('/');
      return [{ microservice, ...answerOf(construct.schedule, asked) }];
    });
    if (options.json) tellJson(answers, io);
    else io.out(answers.length > 0 ? answers.map(textOf).join('\n') : 'No microservice has a schedule.\n');
    return 0;
  },
};

/** A moment, and what clocks do with its time of day that is out of the ordinary. */
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
  /** The number of copies; where there is a `max`, the fewest. */
  readonly replicas: number;
  readonly max?: number;
  readonly since: StepMoment;
  /** The next other number; none where every step asks for the same. */
  readonly next?: StepMoment;
}

function answerOf(
  followed: Schedule,
  asked: (clock: WallClock) => Omit<Happening, 'step'>,
): Omit<Answer, 'microservice'> {
  const { timeZone, max } = followed;
  const clock = new WallClock(timeZone);
  const moment = asked(clock);
  const { since, next } = new Timetable(followed).at(moment.instant);
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

/** When the time is that was asked for: the same instant for all clocks if it says how far it is ahead of UTC, else each clock's own. */
function parseTime(text: string | undefined): (clock: WallClock) => Omit<Happening, 'step'> {
  if (text === undefined) return () => ({ instant: Date.now() });
  const [, day, time, ahead] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const reading = Date.parse(`${day}T${time}Z`);
  const instant = Date.parse(`${day}T${time}${ahead ?? 'Z'}`);
  // The thirtieth of February is taken for a day of March.
  if (Number.isNaN(instant) || !new Date(reading).toISOString().startsWith(`${day}T${time}`)) {
    throw new UsageError(
      `${JSON.stringify(text)} is no time. Expected: 2026-03-29T02:30, by the clock of each schedule, or 2026-03-29T02:30Z or 2026-03-29T02:30+01:00, the same moment for all.`,
    );
  }
  return ahead === undefined ? (clock) => clock.happens(reading) : () => ({ instant });
}

/** An answer as a person reads it. */
function textOf({ microservice, timeZone, replicas, max, since, next, ...asked }: Answer): string {
  const copies = (n: number) => (max === undefined ? (n === 1 ? '1 copy' : `${n} copies`) : `${n} to ${max} copies`);
  return [
    `${microservice}  ${copies(replicas)}`,
    `  at     ${dateText(asked)}  ${timeZone}${{ skipped: ', where clocks jump over the time asked for', twice: ', the first of two times that clocks show this' }[asked.clocks!] ?? ''}`,
    `  since  ${dateText(since)}  ${stepText(since)}`,
    next
      ? `  until  ${dateText(next)}  ${stepText(next)}: ${copies(next.step.replicas)}`
      : '  until  the schedule is another',
    '',
  ].join('\n');
}

function stepText({ step, clocks }: StepMoment): string {
  const note = { skipped: ', which clocks jump over that day', twice: ', which clocks show twice that day' };
  return `step ${[step.at, ...(step.days ?? [])].join(' ')}${(clocks && note[clocks]) ?? ''}`;
}

/** `Sun 2026-03-29 03:00 +02:00` */
function dateText({ local }: Moment): string {
  const [day = '', time = ''] = local.split('T');
  return `${dayOf(Date.parse(day))} ${day} ${time.slice(0, 5)} ${time.slice(5)}`;
}
