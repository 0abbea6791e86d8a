import { isDnsLabel, isHost, isVariable, variableName } from '../../src/k8s/names';
import { nearest } from '../../src/basics/nearest';

test.each(['a', 'event-bus', 'a1', 'a'.repeat(63)])('%s is a DNS label', (name) => expect(isDnsLabel(name)).toBe(true));
test.each(['', 'A', '1a', '-a', 'a-', 'a_b', 'a.b', 'a b', 'ä', 'a'.repeat(64), undefined, 7])(
  '%s is not a DNS label',
  (name) => expect(isDnsLabel(name)).toBe(false),
);

test.each(['example.com', 'blog.localhost', '1.example.com', 'xn--bcher-kva.example'])('%s is a host', (host) =>
  expect(isHost(host)).toBe(true),
);
test.each(['', 'http://a.b', 'a.b:80', '10.0.0.1', '*.a.b', 'a..b', '-a.b', 'A.b', `${'a.'.repeat(130)}b`, undefined])(
  '%s is not a host',
  (host) => expect(isHost(host)).toBe(false),
);

test('names of environment variables', () => {
  expect(['A', '_a1'].every(isVariable)).toBe(true);
  expect(['1A', 'A-B', '', 'A.B', 'A=B'].some(isVariable)).toBe(false);
  expect(['event-bus', 'mail.example.com', 'a1'].map(variableName)).toEqual(['EVENT_BUS', 'MAIL_EXAMPLE_COM', 'A1']);
});

test('nearest returns the most similar name, if one is similar enough', () => {
  const known = ['posts', 'comments', 'event-bus'];
  expect(nearest('coments', known)).toBe('comments');
  expect(nearest('event_bus', known)).toBe('event-bus');
  expect(nearest('post', known)).toBe('posts');
  expect(nearest('moderation', known)).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
