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
  if (expected === undefined) expect(problems).toEqual([{ message: 'The value of A has no closing quote.', line: 1 }]);
  else expect([values, problems]).toEqual([{ A: expected }, []]);
});

test('later lines can use earlier ones, and the shell overrides both', () => {
  expect(read('ONE=1\nTWO=${ONE}2\nBOTH=file\nTHREE=${BOTH}').values).toEqual({
    ONE: '1',
    TWO: '12',
    BOTH: 'file',
    THREE: 'shell',
  });
});

test('a name without a value gets the value of the shell', () =>
  expect(read('A\nB=1').values).toEqual({ A: undefined, B: '1' }));

test('raw values are literal', () => {
  expect(read('A="$HOME_OF" # not a comment\nB=\'x\'', true).values).toEqual({
    A: '"$HOME_OF" # not a comment',
    B: "'x'",
  });
});

test('a problem has its line, and the other lines are read', () => {
  expect(read('# fine\n\n1A=b\nA=${B:?say it}\nC=$(date)\nD=4')).toEqual({
    values: { A: '', C: '$(date)', D: '4' },
    problems: [
      { message: 'The line does not set a variable.', line: 3 },
      { message: 'A requires the variable B, which has no value: say it.', line: 4 },
      { message: 'C contains a $ that does not start a variable. Write $$ for a literal $.', line: 5 },
    ],
  });
});
