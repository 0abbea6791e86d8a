import { SecretValues } from '../../../src/cluster/fields/secret-values';

const secret = (more: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, ...more });
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a value is masked in plain text and in base64, from data and from stringData', () => {
  const secrets = new SecretValues();
  secrets.add(secret({ data: { a: base64('first-value') }, stringData: { b: 'second-value' } }));
  for (const value of ['first-value', 'second-value', base64('first-value'), base64('second-value')])
    expect(secrets.masked(`before ${value} after`)).toBe('before •••••• after');
});

test('a value that contains another one is masked as a whole', () => {
  const secrets = new SecretValues();
  secrets.add(secret({ stringData: { a: 'pass', b: 'password' } }));
  expect(secrets.masked('the password')).toBe('the ••••••');
});

test('texts in any depth are masked, and other values stay', () => {
  const secrets = new SecretValues();
  secrets.add(secret({ stringData: { a: 'hidden' } }));
  expect(secrets.maskedValue({ list: [{ url: 'postgres://u:hidden@db' }], n: 1, none: null })).toEqual({
    list: [{ url: 'postgres://u:••••••@db' }],
    n: 1,
    none: null,
  });
});

test('values that occur in other texts by chance, and objects of other kinds, are ignored', () => {
  const secrets = new SecretValues();
  secrets.add(secret({ stringData: { a: 'yes' } }));
  secrets.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'visible' } });
  secrets.add(undefined);
  expect(secrets.masked('yes, visible')).toBe('yes, visible');
});
