import { Origin } from '../../src/problems/origin';

test('place is the line of the calling program', () => {
  function make() {
    return new Origin();
  }
  expect(make().place).toMatchObject({ file: 'test/problems/origin.test.ts', line: 5 });
});

test('restores the stack trace limit', () => {
  const limit = Error.stackTraceLimit;
  new Origin();
  expect(Error.stackTraceLimit).toBe(limit);
});
