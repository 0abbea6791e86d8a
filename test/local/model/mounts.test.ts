import { withMounts } from '../../../src/local/model/mounts';

const mounts = new Map([
  ['/etc/app', '/home/me/$local/etc/app'],
  ['/etc/app/words.txt', '/home/me/words.txt'],
]);

test.each([
  ['/etc/app', '/home/me/$local/etc/app'],
  ['/etc/app/words.txt', '/home/me/words.txt'],
  ['/etc/app/other.txt', '/home/me/$local/etc/app/other.txt'],
  ['file:/etc/app/words.txt, /etc/app', 'file:/home/me/words.txt, /home/me/$local/etc/app'],
  ['/etc/apple', '/etc/apple'],
])('%s', (text, expected) => {
  expect(withMounts(text, mounts)).toBe(expected);
});
