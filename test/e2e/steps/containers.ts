import type { Step } from '../context';
import { PROJECT } from '../support/blog';
import { must } from '../support/command';
import { pullMissing } from '../support/images';
import { holds } from '../support/promise';
import { secondsSince } from '../support/until';

/** The images of the test. */
const IMAGES = ['node:24-slim', 'mariadb:11.8'];

export const containers: Step = {
  name: 'containers',
  promise:
    'Without a cluster, callsign start runs images from a registry and MariaDB in containers, and keeps their data.',
  apart: true,
  async run({ signal }) {
    await pullMissing(IMAGES, signal);
    const start = Date.now();
    // The unit tests skip it where Docker or the images are missing.
    const output = await must(
      'npx',
      ['jest', '--ci', '--json', '--selectProjects', 'programs', '--testPathPatterns', 'test/local/docker/docker'],
      { cwd: PROJECT, signal, timeoutMs: 420_000 },
    );
    const { numPassedTests, numPendingTests } = JSON.parse(output) as Record<string, number>;
    holds(numPassedTests! > 0 && numPendingTests === 0, 'the test ran', { numPassedTests, numPendingTests });
    return { secondsForTheTest: secondsSince(start), tests: numPassedTests };
  },
};
