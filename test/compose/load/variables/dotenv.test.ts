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
  ['A=# no comment', '# no comment'],
  ['A=b\t# no comment', 'b\t# no comment'],
  ["A='it\\'s'", "it's"],
  ["A='b\\\\'", 'b\\\\'],
  ['A=a$-b 5$ ^c$ $(d)', 'a$-b 5$ ^c$ $(d)'],
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
  expect(read('# fine\n\n1A=b\nA=${B:?say it}\nC=${date\nD=4\nE=$(date)')).toEqual({
    values: { A: '', C: '${date', D: '4', E: '$(date)' },
    problems: [
      { message: 'The line does not set a variable.', line: 3 },
      { message: 'A requires the variable B, which has no value: say it.', line: 4 },
      { message: 'C contains ${ that does not start a variable. Write $$ for a literal $.', line: 5 },
    ],
  });
});

test('a long file takes little time', () => {
  const lines = Array.from({ length: 60_000 }, () => 'b').join('\n');
  expect(read(`A="${lines}"`).values.A).toBe(lines);
  expect(read(`A="${lines}`).problems).toEqual([{ message: 'The value of A has no closing quote.', line: 1 }]);
  expect(read(`A=x${' #'.repeat(50_000)}\rx`).values.A).toBe('x');
}, 20_000);

test('lines that multiply each other are reported', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `A${i + 1}=$A${i}$A${i}`);
  expect(read(['A0=0123456789', ...lines].join('\n')).problems).toEqual([
    { message: 'The variables of the file have more than 1000000 characters.', line: expect.any(Number) },
  ]);
});
