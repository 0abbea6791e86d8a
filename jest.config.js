/** @type {import('jest').Config} */
module.exports = {
  // The services' tests wait more than they reckon: two workers a core.
  maxWorkers: 3,
  projects: ['<rootDir>/test/jest.config.js', '<rootDir>/test/services/jest.config.js'],
};
