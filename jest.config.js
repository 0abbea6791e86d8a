/** @type {import('jest').Config} */
module.exports = {
  projects: ['<rootDir>/test/jest.config.js', '<rootDir>/test/services/jest.config.js'],
};
