/** @type {import('jest').Config} */
module.exports = {
  // The services' tests wait more than they reckon: two workers a core.
  maxWorkers: 3,
  // Many tests start programs. On a busy machine, five seconds are too little for them.
  testTimeout: 30_000,
  projects: ['<rootDir>/test/jest.config.js', '<rootDir>/test/services/jest.config.js'],
};
