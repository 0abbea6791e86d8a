import { ANNOTATIONS } from '../../k8s/keys';
import type { Construct } from 'constructs';
import type { Image } from '../../images/image';
import { addApiAccount, addApiJob } from '../shared/api-job';

interface PasswordJobOptions {
  /** The Secret that the Job creates. */
  readonly secret: string;
  /** The keys of the Secret. Each gets a random value. */
  readonly keys: readonly string[];
  /** An image with Node.js. */
  readonly image: Image;
}

/**
 * Adds a Job that creates a Secret with random passwords in the cluster on the first start. The Job may only create
 * Secrets, so it can neither read nor change an existing one.
 */
export function addPasswordJob(
  scope: Construct & { namespace: string | undefined },
  { secret, keys, image }: PasswordJobOptions,
): void {
  const name = `${secret}-password`;
  const env = [
    { name: 'SECRET', value: secret },
    { name: 'KEYS', value: keys.join(',') },
  ];
  addApiAccount(scope, 'password', name, [{ apiGroups: [''], resources: ['secrets'], verbs: ['create'] }]);
  addApiJob(
    scope,
    'password-job',
    { name, image, env, script: SCRIPT },
    { [ANNOTATIONS.makesSecret]: JSON.stringify({ [secret]: keys }) },
  );
}

/** The status 409 is also a success: the Secret exists since an earlier start. */
const SCRIPT = `
const { SECRET, KEYS, NAMESPACE } = process.env;
const random = () => require('crypto').randomBytes(32).toString('base64url');
const secret = {
  apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET },
  stringData: Object.fromEntries(KEYS.split(',').map((key) => [key, random()])),
};
api('POST', '/api/v1/namespaces/' + NAMESPACE + '/secrets', secret).then(({ status, statusText }) => {
  if (status !== 201 && status !== 409) throw new Error('Secret ' + SECRET + ': ' + status + ' ' + statusText);
  console.log('Secret ' + SECRET + (status === 201 ? ': created' : ': there already'));
});
`;
