const programs = require('./programs.js');

/** The toolkit's own tests, without those that start programs. */
/** @type {import('jest').Config} */
module.exports = {
  displayName: 'toolkit',
  rootDir: '..',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/services/',
    '<rootDir>/test/e2e/',
    '<rootDir>/test/package/',
    ...programs.map((path) => `<rootDir>/test/${path}`),
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  snapshotResolver: '<rootDir>/test/golden/resolver.js',
  snapshotFormat: { escapeString: false, printBasicPrototype: false },
  // unbash has only ES modules.
  transformIgnorePatterns: ['/node_modules/(?!unbash/)'],
  transform: { '\\.ts$|/unbash/.*\\.js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
};
