import { parseFaultsFile } from '../../../src/local/faults/faults-file';
import type { CallsignError } from '../../../src/problems/problem';

const NAMES = { ends: new Set(['web', 'cart', 'postgres']), parts: new Set(['web', 'cart']) };
const read = (text: string) => parseFaultsFile('chaos.yaml', text, NAMES);

/** The problems of a file, each with its line. */
function problems(text: string) {
  try {
    read(text);
  } catch (error) {
    return (error as CallsignError).problems;
  }
  return [];
}

test('a seed, faults and kills', () => {
  const text = `
seed: 7
faults:
  - { from: web, to: cart, share: 0.5, delay: 100, error: 503 }
  - from: '*'
    to: postgres
    cut: true
kills:
  - { part: cart, every: 2.5 }
  - { part: '*', every: 10 }
`;
  expect(read(text)).toEqual({
    seed: 7,
    faults: [
      { from: 'web', to: 'cart', share: 0.5, delay: 100, error: 503 },
      { from: '*', to: 'postgres', share: 1, cut: true },
    ],
    kills: [
      { part: 'cart', every: 2.5 },
      { part: '*', every: 10 },
    ],
  });
});

test.each(['', '# nothing yet\n', 'faults:\nkills: []\n'])('nothing goes wrong: %j', (text) => {
  expect(read(text)).toEqual({ faults: [], kills: [] });
});

test.each([
  ['- { from: web, to: cart, cut: true }', 'This is not a list of faults.', undefined, 1],
  ['\nfault: []', 'The file has no "fault".', undefined, 1],
  ['faults: []\nseed: -1', 'The seed is wrong.', 'seed', 2],
  ['seed: seven', 'The seed is wrong.', 'seed', 1],
  ['faults: many', 'The faults are wrong.', 'faults', 1],
  ['kills:\n  part: cart', 'The kills are wrong.', 'kills', 2],
  ['faults:\n  - web->cart:cut', 'This is not a fault.', 'faults[0]', 2],
  ['faults:\n  - { from: web, cut: true }', 'This is not a fault.', 'faults[0]', 2],
  ['faults:\n  - { from: web, to: none, cut: true }', 'There is no none.', 'faults[0]', 2],
  ['faults:\n  - { from: web, to: cart, cut: true, slow: 1 }', 'A fault has no "slow".', 'faults[0]', 2],
  ['faults:\n  - { from: web, to: cart }', 'The fault does nothing.', 'faults[0]', 2],
  ['faults:\n  - { from: web, to: cart, cut: yes }', 'The cut of a fault is wrong.', 'faults[0]', 2],
  ['faults:\n  - { from: web, to: cart, cut: true, share: "1" }', 'The share of a fault is wrong.', 'faults[0]', 2],
  ['faults:\n  - { from: web, to: cart, delay: .inf }', 'The delay of a fault is wrong.', 'faults[0]', 2],
  ['faults:\n  - { from: web, to: cart, error: 503.5 }', 'The status of a fault is wrong.', 'faults[0]', 2],
  ['kills:\n  - cart', 'This is not a kill.', 'kills[0]', 2],
  ['kills:\n  - { part: cart, every: 1 }\n  - { part: postgres, every: 1 }', /^No replicas of postgres/, 'kills[1]', 3],
  ['kills:\n  - { part: cart, every: 1, signal: TERM }', 'A kill has no "signal".', 'kills[0]', 2],
  ['kills:\n  - { part: cart }', 'The interval of a kill is wrong.', 'kills[0]', 2],
  ['seed: 1\nkills: [', /^This is not YAML: .*\.$/, undefined, 2],
  ['seed: 1\nseed: 2', /^This is not YAML: .*unique\.$/, undefined, 2],
])('%j is wrong', (text, message, field, line) => {
  const [problem, ...others] = problems(text);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code: 'start-failed',
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
    fix: expect.any(String),
    place: { file: 'chaos.yaml', line },
  });
  expect(problem!.field).toBe(field);
});

test('all problems of a file are reported, with the file and the entry', () => {
  const text = 'seed: x\nfaults:\n  - { from: web, to: cart }\nkills:\n  - { part: cart, every: 0 }\n';
  expect(problems(text).map(({ field }) => field)).toEqual(['seed', 'faults[0]', 'kills[0]']);
  expect(() => read(text)).toThrow(
    `chaos.yaml:5  kills[0]  [start-failed]
  The interval of a kill is wrong.
  expected: every with 0.1 to 86400 seconds
  got: {"part":"cart","every":0}
  fix: Write, for instance, - { part: comments, every: 10 }.`,
  );
});
