import { readManifests } from '../../../src/check/read/read';

const value = (text: string) =>
  (
    readManifests(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: ${text} }\n`, 'a.yaml')
      .manifests[0]!.object.data as { a: unknown }
  ).a;

test.each([
  ['yes', true],
  ['Yes', true],
  ['on', true],
  ['y', true],
  ['no', false],
  ['OFF', false],
  ['n', false],
  ['true', true],
  ['False', false],
])('%s is the boolean %s', (text, expected) => {
  expect(value(text)).toBe(expected);
});

test.each([
  ['0644', 0o644],
  ['0777', 511],
  ['0o17', 15],
  ['0b101', 5],
  ['0x1F', 31],
  ['1_000', 1000],
  ['-010', -8],
  ['10', 10],
  ['1e3', 1000],
  ['0', 0],
])('%s is the number %s', (text, expected) => {
  expect(value(text)).toBe(expected);
});

test.each(['"yes"', "'0644'", '12:30:40', '2026-01-31', 'yesterday', 'none', 'o', '1.2.3', '0.1.0'])(
  '%s is a string',
  (text) => {
    expect(value(text)).toBe(text.replaceAll(/^["']|["']$/g, ''));
  },
);
