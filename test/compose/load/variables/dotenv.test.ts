import { readEnvFile } from '../../../../src/compose/load/variables/dotenv';

const shell: Record<string, string> = { HOME_OF: 'the shell', BOTH: 'shell' };
const read = (text: string, raw = false) => {
  const { lines, problems } = readEnvFile(text, (name) => shell[name], raw);
  return { values: Object.fromEntries(lines.map(({ name, value }) => [name, value])), problems };
};

test.each([
  ['A=b', 'b'],
  ['A = b ', 'b'],
  ['export A=b', 'b'],
  ['A: b', 'b'],
  ['A=', ''],
  ["A=''", ''],
  ['A=""', ''],
  ['A=b c', 'b c'],
  ['A=b # comment', 'b'],
  ['A=b#c', 'b#c'],
  ['A=# all comment', ''],
  ['A="b # c" # d', 'b # c'],
  ["A='b # c'", 'b # c'],
  ['A="b\\nc\\td\\"e\\\\f"', 'b\nc\td"e\\f'],
  ["A='b\\nc'", 'b\\nc'],
  ['A=b\\nc', 'b\\nc'],
  ['A="first\nsecond"', 'first\nsecond'],
  ["A='first\nsecond'", 'first\nsecond'],
  ['A=${HOME_OF}', 'the shell'],
  ['A="$HOME_OF!"', 'the shell!'],
  ["A='$HOME_OF'", '$HOME_OF'],
  ['A=${NOT:-b}', 'b'],
  ['A="\\$HOME_OF"', '$HOME_OF'],
  ['A=5$$', '5$'],
  ['A=x=y', 'x=y'],
  ['A="b', undefined],
  ['\uFEFFA=b', 'b'],
  ['A=b\r\n', 'b'],
])('%j gives %j', (text, expected) => {
  const { values, problems } = read(text);
  if (expected === undefined) expect(problems).toEqual([{ message: 'The quote of A has no end.', line: 1 }]);
  else expect([values, problems]).toEqual([{ A: expected }, []]);
});

test('earlier lines are known to later ones, and the shell is stronger', () => {
  expect(read('ONE=1\nTWO=${ONE}2\nBOTH=file\nTHREE=${BOTH}').values).toEqual({
    ONE: '1',
    TWO: '12',
    BOTH: 'file',
    THREE: 'shell',
  });
});

test('a name alone takes the value of the shell', () =>
  expect(read('A\nB=1').values).toEqual({ A: undefined, B: '1' }));

test('raw takes what stands there', () => {
  expect(read('A="$HOME_OF" # not a comment\nB=\'x\'', true).values).toEqual({
    A: '"$HOME_OF" # not a comment',
    B: "'x'",
  });
});

test('what is wrong is told with its line, and the rest is read', () => {
  expect(read('# fine\n\n1A=b\nA=${B:?say it}\nC=$(date)\nD=4')).toEqual({
    values: { A: '', C: '$(date)', D: '4' },
    problems: [
      { message: 'It is not the setting of a variable.', line: 3 },
      { message: 'A needs B, which has no value: say it.', line: 4 },
      { message: 'C holds a $ that begins no variable: write $$ for the sign itself.', line: 5 },
    ],
  });
});
