// Goldens stand together in test/golden: one file a test, named after it.
const { join, relative, sep } = require('node:path');
const tests = join(__dirname, '..');

module.exports = {
  resolveSnapshotPath: (test, ending) => join(__dirname, `${relative(tests, test).replaceAll(sep, '.')}${ending}`),
  resolveTestPath: (golden, ending) => join(tests, golden.slice(__dirname.length + 1, -ending.length).replace(/\.(?=.*\.test\.ts)/g, sep)),
  testPathForConsistencyCheck: join(tests, 'charts', 'golden.test.ts'),
};
