/**
 * The tests of the toolkit that start servers, databases, browsers or containers, install packages, or take long for
 * another reason. `npm run test:programs` runs them, with those of the services; `npm test` runs the others.
 */
module.exports = [
  'action/',
  'charts/shapes.test.ts',
  'check/mutate.test.ts',
  'cli/completion/',
  'cli/doctor.test.ts',
  'cli/graph-diff.test.ts',
  'cli/init.test.ts',
  'cli/operate.test.ts',
  'cli/release/',
  'cli/watch.test.ts',
  'cluster/connection/',
  'compose/examples.test.ts',
  'conformance/agents.test.ts',
  'conformance/cdk8s-cli.test.ts',
  'conformance/installation.test.ts',
  'conformance/plain-cdk8s.test.ts',
  'conformance/projects.test.ts',
  'conformance/release.test.ts',
  'constructs/database/backup.test.ts',
  'constructs/microservice/live.test.ts',
  'constructs/task/steps.test.ts',
  'crds/import.test.ts',
  'doctor/',
  'images/docker/',
  'init/',
  'live/',
  'local/',
  'static-site/',
];
