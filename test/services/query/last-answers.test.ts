import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../../services/common/errors.ts';
import { LastAnswers } from '../../../services/query/last-answers.ts';

const away = async (): Promise<string> => {
  throw new Unavailable('away');
};
const never = () => new Promise<string>(() => undefined);

test('what the database answers is given, and while it is away what it gave last', async () => {
  const answers = new LastAnswers();
  expect(await answers.get('a', async () => 'one')).toEqual({ body: 'one', age: 0 });
  expect(await answers.get('a', async () => 'two')).toEqual({ body: 'two', age: 0 });
  expect((await answers.get('a', away)).body).toBe('two');
  await expect(answers.get('b', away)).rejects.toThrow(Unavailable);
});

test('it tells its age', async () => {
  jest.useFakeTimers();
  try {
    const answers = new LastAnswers();
    await answers.get('a', async () => 'one');
    jest.setSystemTime(Date.now() + 5_900);
    expect(await answers.get('a', away)).toEqual({ body: 'one', age: 5 });
  } finally {
    jest.useRealTimers();
  }
});

test('who has one does not wait long; who has none waits', async () => {
  const answers = new LastAnswers(100, 1);
  await answers.get('a', async () => 'one');
  expect((await answers.get('a', never)).body).toBe('one');
  let answer: (body: string) => void = () => undefined;
  const first = answers.get('b', () => new Promise((resolve) => (answer = resolve)));
  await sleep(20);
  answer('late');
  expect((await first).body).toBe('late');
});

test('one that came too late is given the next time', async () => {
  const answers = new LastAnswers(100, 1);
  await answers.get('a', async () => 'one');
  let answer: (body: string) => void = () => undefined;
  await answers.get('a', () => new Promise((resolve) => (answer = resolve)));
  answer('two');
  await new Promise((resolve) => setImmediate(resolve));
  expect((await answers.get('a', away)).body).toBe('two');
});

test('the newest are kept, as many as said', async () => {
  const answers = new LastAnswers(2);
  for (const key of ['a', 'b', 'a', 'c']) await answers.get(key, async () => key);
  expect([(await answers.get('a', away)).body, (await answers.get('c', away)).body]).toEqual(['a', 'c']);
  await expect(answers.get('b', away)).rejects.toThrow(Unavailable);
});

test('what is not the database being away stays an error', async () => {
  const answers = new LastAnswers();
  await answers.get('a', async () => 'one');
  await expect(
    answers.get('a', async () => {
      throw new TypeError('a bug');
    }),
  ).rejects.toThrow('a bug');
});
