// Goldens stand together in test/golden: one file a test, named after it.
const path = require('node:path');
const tests = path.join(__dirname, '..');

module.exports = {
  resolveSnapshotPath: (test, ending) => path.join(__dirname, `${path.relative(tests, test).replaceAll(path.sep, '.')}${ending}`),
  resolveTestPath: (golden, ending) => path.join(tests, golden.slice(__dirname.length + 1, -ending.length).replace(/\.(?=.*\.test\.ts)/g, path.sep)),
  testPathForConsistencyCheck: path.join(tests, 'charts', 'golden.test.ts'),
};
