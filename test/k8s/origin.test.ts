import { Origin } from '../../src/k8s/origin';

test('it tells the line of the program that called', () => {
  function make() {
    return new Origin();
  }
  expect(make().place).toMatchObject({ file: 'test/k8s/origin.test.ts', line: 5 });
});

test('it leaves the limit of stacks as it was', () => {
  const limit = Error.stackTraceLimit;
  new Origin();
  expect(Error.stackTraceLimit).toBe(limit);
});
