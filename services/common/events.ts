// CloudEvents 1.0 in structured JSON. Services exchange nothing else.
import { randomUUID } from 'node:crypto';
import { checker, Type } from './schema.ts';
import type { Static } from './schema.ts';
import { badRequest, unprocessable } from './errors.ts';
import { isTime } from './time.ts';
import { traceAttributes } from './trace.ts';

export const CONTENT_TYPE = 'application/cloudevents+json';

/** The envelope. The specification allows any other extension attributes. */
const EventSchema = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: Type.String({ minLength: 1, maxLength: 256 }),
    source: Type.String({ minLength: 1, maxLength: 256 }),
    type: Type.String({ minLength: 1, maxLength: 256 }),
    subject: Type.String({ minLength: 1, maxLength: 256 }),
    time: Type.String({
      pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)$',
      description: 'a time such as 2030-01-31T12:00:00Z',
    }),
    datacontenttype: Type.Optional(Type.Literal('application/json')),
    /** Identifies a request in all services and logs. */
    requestid: Type.Optional(
      Type.String({ pattern: '^[\\w.-]{1,64}$', description: 'up to 64 letters, digits, dots, dashes' }),
    ),
    data: Type.Object({}, { additionalProperties: true }),
  },
  { additionalProperties: true },
);

export type BlogEvent<Data = Record<string, unknown>> = Omit<Static<typeof EventSchema>, 'data'> & {
  readonly data: Data;
};

const check = checker(EventSchema, 'event');

/**
 * Checks an event that is published or was received. Throws 400 with the name of the invalid attribute, or 422 if the
 * time is one that PostgreSQL cannot store.
 */
export function parseEvent(body: unknown): BlogEvent {
  const result = check(body);
  if (!result.ok) throw badRequest('invalid_event', result.message);
  if (!isTime(result.value.time))
    throw unprocessable('invalid_time', 'event.time must be a time that exists, from the year 1 to the year 9999');
  return result.value;
}

export interface NewEvent<Data> {
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Data;
  readonly requestid?: string | undefined;
  readonly time?: Date;
}

export function newEvent<Data>({ source, type, subject, data, requestid, time }: NewEvent<Data>): BlogEvent<Data> {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source,
    type,
    subject,
    time: (time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    ...(requestid === undefined ? {} : { requestid }),
    ...traceAttributes(),
    data,
  };
}
