import { check } from '../../src/check/check';
import { readManifests } from '../../src/check/read/read';

const pod = (annotations: Record<string, string | number | null>, image = 'shop/web') =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations: ${JSON.stringify(annotations)}\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`;
const found = (yaml: string, profile?: 'hardened') =>
  check(readManifests(yaml, 'a.yaml').manifests, profile).map(({ code, message, field, expected, got, fix }) => ({
    code,
    message,
    field,
    expected,
    got,
    fix,
  }));

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
