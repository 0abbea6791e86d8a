// The tests of the services. They share one PostgreSQL, and each file has its own database.
module.exports = {
  displayName: 'services',
  rootDir: __dirname,
  testMatch: ['<rootDir>/**/*.test.ts'],
  testEnvironment: 'node',
  // unbash has only ES modules.
  transformIgnorePatterns: ['/node_modules/(?!unbash/)'],
  transform: {
    '\\.ts$|/unbash/.*\\.js$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  globalSetup: '<rootDir>/support/start-postgres.mjs',
  globalTeardown: '<rootDir>/support/stop-postgres.mjs',
  setupFilesAfterEnv: ['<rootDir>/support/timeout.ts'],
};
