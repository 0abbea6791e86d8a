import { Origin } from '../../src/problems/origin';

test('it tells the line of the program that called', () => {
  function make() {
    return new Origin();
  }
  expect(make().place).toMatchObject({ file: 'test/problems/origin.test.ts', line: 5 });
});

test('it leaves the limit of stacks as it was', () => {
  const limit = Error.stackTraceLimit;
  new Origin();
  expect(Error.stackTraceLimit).toBe(limit);
});
