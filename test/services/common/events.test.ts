import * as fc from 'fast-check';
import { newEvent, parseEvent } from '../../../services/common/events.ts';

const good = newEvent({ source: '/posts', type: 'PostCreated', subject: 's', data: { a: 1 }, requestid: 't-1' });

test('parseEvent accepts what newEvent makes', () => {
  expect(parseEvent(good)).toBe(good);
  expect(good).toMatchObject({
    specversion: '1.0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    datacontenttype: 'application/json',
  });
  expect(newEvent({ source: '/a', type: 'T', subject: 's', data: {} })).not.toHaveProperty('requestid');
});

test('other extension attributes are allowed', () =>
  expect(() => parseEvent({ ...good, sampledrate: 5, comexampleextension: 'x' })).not.toThrow());

test.each(['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'])(
  'an event without %s is refused',
  (name) => {
    const { [name]: _, ...rest } = { ...good } as Record<string, unknown>;
    expect(() => parseEvent(rest)).toThrow(
      expect.objectContaining({ statusCode: 400, code: 'invalid_event', message: expect.stringContaining(name) }),
    );
  },
);

test.each([
  ['specversion', '0.3'],
  ['id', ''],
  ['id', 5],
  ['id', 'x'.repeat(257)],
  ['source', null],
  ['type', ['PostCreated']],
  ['subject', {}],
  ['time', 'yesterday'],
  ['time', '2030-01-31'],
  ['time', '2030-01-31T12:00:00'],
  ['data', 'text'],
  ['data', null],
  ['data', []],
  ['datacontenttype', 'text/xml'],
  ['requestid', 'a b'],
])('an event is refused if %s is %j', (name, value) => {
  expect(() => parseEvent({ ...good, [name]: value })).toThrow(
    expect.objectContaining({ statusCode: 400, message: expect.stringContaining(`event.${name}`) }),
  );
});

test.each(['2030-13-31T12:00:00Z', '2026-06-31T12:00:00Z', '0000-01-01T00:00:00Z'])(
  'an event of %s is refused with 422, because PostgreSQL cannot store the time',
  (time) => {
    expect(() => parseEvent({ ...good, time })).toThrow(
      expect.objectContaining({
        statusCode: 422,
        code: 'invalid_time',
        message: expect.stringContaining('event.time'),
      }),
    );
  },
);

test.each(['2030-01-31T12:00:00Z', '2030-01-31t12:00:00.123456789z', '2030-01-31T12:00:00.5+05:30'])(
  '%s is a valid time',
  (time) => {
    expect(() => parseEvent({ ...good, time })).not.toThrow();
  },
);

test('any input is parsed or refused with 400', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        parseEvent(value);
      } catch (error) {
        expect(error).toMatchObject({ statusCode: 400 });
      }
    }),
  );
});
