/** @type {import('jest').Config} */
module.exports = {
  // One worker for each core of the smallest machines. With more, programs that a test starts have no core left.
  maxWorkers: 2,
  // Many tests start programs. On a busy machine, five seconds are too little for them.
  testTimeout: 30_000,
  projects: [
    '<rootDir>/test/jest.config.js',
    '<rootDir>/test/programs.jest.config.js',
    '<rootDir>/test/services/jest.config.js',
  ],
};
