import { numberIn } from '../../../../src/compose/load/documents/numbers';

// What `docker compose config` makes of each.
test.each([
  ['5', 5],
  ['+5', 5],
  ['-5', -5],
  ['0', 0],
  ['0x1F', 31],
  ['0b11', 3],
  ['0o17', 15],
  ['017', 15],
  ['0444', 292],
  ['08', 8],
  ['1_000', 1000],
  ['1e3', 1000],
  ['1.50', 1.5],
  ['.5', 0.5],
  ['685_230.15', 685230.15],
  ['9007199254740993', '9007199254740993'],
  ['12345678901234567890', '12345678901234567890'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['123456789012345678901234567890', '1.2345678901234568e+29'],
  ['1e21', '1e+21'],
  ['0.00001', '1e-05'],
  ['0.0001', 0.0001],
  ['.inf', '+Inf'],
  ['-.inf', '-Inf'],
  ['1e500', '+Inf'],
  ['.nan', 'NaN'],
])('%s is passed on as %s', (source, expected) => expect(numberIn(source)).toBe(expected));

test.each(['', '-', '.', 'x1', '1x', '0x', '1.2.3', '12:30', '2001-01-01', '~', '_1', '1e', 'true'])(
  '%s is no number',
  (source) => expect(numberIn(source)).toBeUndefined(),
);

test('many digits take little time', () => {
  expect(numberIn('1'.repeat(200_000))).toBe('+Inf');
  expect(numberIn(`${'1'.repeat(200_000)}x`)).toBeUndefined();
}, 20_000);
