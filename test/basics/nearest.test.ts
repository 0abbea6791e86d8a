import { nearest } from '../../src/basics/nearest';

const KNOWN = ['check', 'port', 'synth', 'replicas', 'open'];

test.each([
  ['chekc', 'check'],
  ['hceck', 'check'],
  ['prot', 'port'],
  ['opne', 'open'],
  ['replcias', 'replicas'],
  ['sinth', 'synth'],
])('%s is near %s', (name, near) => {
  expect(nearest(name, KNOWN)).toBe(near);
});

test.each(['trop', 'poor', 'khecc', 'ch', ''])('%s is near nothing', (name) => {
  expect(nearest(name, KNOWN)).toBeUndefined();
});

test('the same name is nearer than one with swapped letters', () => {
  expect(nearest('no', ['on', 'no'])).toBe('no');
});
