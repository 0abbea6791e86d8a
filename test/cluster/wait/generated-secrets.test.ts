import { patientWithGenerated } from '../../../src/cluster/wait/generated-secrets';
import { READY, waiting, type Trouble } from '../../../src/cluster/wait/readiness';
import { ANNOTATIONS } from '../../../src/k8s/keys';

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'db-password',
    namespace: 'shop',
    annotations: { [ANNOTATIONS.makesSecret]: '{"db":["password"]}' },
  },
};
const task = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'migration-1',
    namespace: 'shop',
    annotations: { [ANNOTATIONS.fillsConfigMap]: '{"migration-done":["migration-1"]}' },
  },
};
const patient = patientWithGenerated([job, task]);
const stuck = (message: string, reason = 'CreateContainerConfigError') =>
  waiting('0 of 1 replicas are ready', { kind: 'certain', reason, message, fix: '' } satisfies Trouble);

test.each(['secret "db" not found', "couldn't find key password in Secret shop/db"])(
  'a Secret that the release generates has more time: %s',
  (message) => {
    expect(patient(stuck(message))).toMatchObject({ state: 'waiting', trouble: { seconds: 20 } });
  },
);

test.each(['configmap "migration-done" not found', "couldn't find key migration-1 in ConfigMap shop/migration-done"])(
  'a key that a task of the release adds has more time: %s',
  (message) => {
    expect(patient(stuck(message))).toMatchObject({ state: 'waiting', trouble: { seconds: 20 } });
  },
);

test.each([
  ['a Secret with the name of such a ConfigMap', stuck('secret "migration-done" not found')],
  ['another Secret', stuck('secret "other" not found')],
  ['a key of another Secret', stuck("couldn't find key password in Secret shop/other")],
  ['a ConfigMap', stuck('configmap "db" not found')],
  ['another reason', stuck('secret "db" not found', 'ErrImagePull')],
  ['no trouble', waiting('0 of 1 replicas are ready')],
  ['ready', READY],
])('%s has not', (_, readiness) => {
  expect(patient(readiness)).toBe(readiness);
});
