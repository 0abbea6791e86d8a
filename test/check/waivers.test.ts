import { check } from '../../src/check/check';
import { readManifests } from '../../src/check/read/read';

const pod = (annotations: Record<string, string | number | null>, image = 'shop/web') =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations: ${JSON.stringify(annotations)}\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`;
const found = (yaml: string, profile?: 'hardened', now?: Date) =>
  check(readManifests(yaml, 'a.yaml').manifests, profile, { now }).map(
    ({ code, message, field, expected, got, fix }) => ({
      code,
      message,
      field,
      expected,
      got,
      fix,
    }),
  );

test('a waiver with a reason suppresses a rule for its object', () => {
  expect(found(pod({}))).toMatchObject([{ code: 'image-unpinned' }]);
  expect(found(pod({ 'waive.callsign.dev/image-unpinned': 'It is built on the same machine.' }))).toEqual([]);
});

test('a waiver applies only to its object and its rule', () => {
  const waiver = { 'waive.callsign.dev/image-unpinned': 'It is built on the same machine.' };
  expect(found(`${pod(waiver)}---\n${pod({}).replace('name: web', 'name: other')}`)).toMatchObject([
    { code: 'image-unpinned' },
  ]);
  expect(found(`${pod(waiver)}  serviceAccountName: gone\n`)).toMatchObject([{ code: 'service-account-missing' }]);
});

test.each(['', ' ', 'yes', 'TODO', '...'])('%j is not a reason', (reason) => {
  expect(found(pod({ 'waive.callsign.dev/image-unpinned': reason }))).toEqual([
    expect.objectContaining({ code: 'image-unpinned' }),
    {
      code: 'waiver-invalid',
      message: 'The waiver of image-unpinned has no reason.',
      field: "metadata.annotations['waive.callsign.dev/image-unpinned']",
      expected: 'a sentence with the reason',
      got: JSON.stringify(reason),
      fix: 'Write the reason as the value of the annotation.',
    },
  ]);
});

test('a waiver of an unknown rule is reported with the nearest rule', () => {
  expect(found(pod({ 'waive.callsign.dev/image-unpined': 'It is built here.' }, 'shop/web:1'))).toEqual([
    {
      code: 'waiver-invalid',
      message: 'There is no rule "image-unpined".',
      field: "metadata.annotations['waive.callsign.dev/image-unpined']",
      expected: 'the code of a rule',
      got: 'image-unpined',
      fix: 'Did you mean waive.callsign.dev/image-unpinned?',
    },
  ]);
});

test('an unused waiver is reported', () => {
  expect(found(pod({ 'waive.callsign.dev/image-unpinned': 'It was built here once.' }, 'shop/web:1'))).toEqual([
    {
      code: 'waiver-unused',
      message: 'The waiver is unused: image-unpinned finds no problem in this object.',
      field: "metadata.annotations['waive.callsign.dev/image-unpinned']",
      expected: 'no waiver',
      got: '"It was built here once."',
      fix: 'Remove the waiver.',
    },
  ]);
});

test('a waiver of a rule outside the profile is ignored', () => {
  const yaml = pod({ 'waive.callsign.dev/root-writable': 'The program writes to its own folder.' }, 'shop/web:1');
  expect(found(yaml)).toEqual([]);
  expect(found(yaml, 'hardened').map(({ code }) => code)).not.toContain('root-writable');
  expect(found(yaml, 'hardened').map(({ code }) => code)).not.toContain('waiver-unused');
});

test('a reason must be a string, and other annotations are ignored', () => {
  expect(
    found(pod({ 'waive.callsign.dev/image-unpinned': 5, other: 'a' }, 'shop/web:1')).map(({ code }) => code),
  ).toEqual(['type-wrong', 'waiver-invalid']);
});

describe('a waiver with a date', () => {
  const until = (value: string) => pod({ 'waive.callsign.dev/image-unpinned': value });
  const waiver = until('until 2027-03-01: The new image is not released yet.');
  const at = (yaml: string, time: string) => found(yaml, undefined, new Date(time));

  test.each(['2020-01-01T00:00:00Z', '2027-02-28T12:00:00Z', '2027-03-01T23:59:59Z'])('is valid at %s', (time) => {
    expect(at(waiver, time)).toEqual([]);
  });

  test.each(['2027-03-02T00:00:00Z', '2030-01-01T00:00:00Z'])('suppresses nothing at %s', (time) => {
    expect(at(waiver, time)).toEqual([
      expect.objectContaining({ code: 'image-unpinned' }),
      {
        code: 'waiver-expired',
        message: 'The waiver of image-unpinned ended on 2027-03-01.',
        field: "metadata.annotations['waive.callsign.dev/image-unpinned']",
        expected: '2027-03-01 or earlier, or a later date in the waiver',
        got: time.slice(0, 10),
        fix: 'Correct the problem of image-unpinned and remove the waiver, or set a later date.',
      },
    ]);
  });

  test('is unused, and not expired, if the problem is gone', () => {
    expect(at(waiver.replace('shop/web', 'shop/web:1'), '2030-01-01')).toMatchObject([{ code: 'waiver-unused' }]);
  });

  test.each([
    'until 2027-02-29: The year has no such day.',
    'until 2027-13-01: The year has no such month.',
    'until 2027-3-1: The month is short.',
    'until 01.03.2027: The day comes first.',
    'until 2027/03/01 the separators are wrong',
    'until 2027-03-01 the colon is missing',
    'Until tomorrow: We fix it.',
    'until Q3: We fix it.',
  ])('%s', (value) => {
    expect(at(until(value), '2020-01-01')).toEqual([
      expect.objectContaining({ code: 'image-unpinned' }),
      expect.objectContaining({
        code: 'waiver-invalid',
        message: 'The waiver of image-unpinned has no valid date.',
        got: JSON.stringify(value),
      }),
    ]);
  });

  test.each(['until 2027-03-01:', 'until 2027-03-01: ', 'until 2027-03-01: later'])('%j has no reason', (value) => {
    expect(at(until(value), '2020-01-01')).toMatchObject([
      { code: 'image-unpinned' },
      { code: 'waiver-invalid', message: 'The waiver of image-unpinned has no reason.' },
    ]);
  });

  test.each([
    'until the migration is done, the old image runs',
    'until version 1.29 is everywhere: it is needed',
    'until 3 replicas run: they cannot',
    'It is needed until 2020-01-01: see the ticket.',
  ])('%s: a reason without a date', (value) => {
    expect(at(until(value), '2040-01-01')).toEqual([]);
  });
});
