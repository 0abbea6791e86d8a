const toolkit = require('./jest.config.js');
const programs = require('./programs.js');

/** The toolkit's tests that start programs. */
module.exports = {
  ...toolkit,
  displayName: 'programs',
  testMatch: programs.map((path) => `<rootDir>/test/${path}${path.endsWith('/') ? '**/*.test.ts' : ''}`),
  testPathIgnorePatterns: ['/node_modules/'],
};
