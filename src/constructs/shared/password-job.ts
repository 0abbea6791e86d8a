import { ANNOTATIONS } from '../../k8s/keys';
import type { Construct } from 'constructs';
import type { Image } from '../../images/image';
import { addApiAccount, addApiJob } from './api-job';

interface PasswordJobOptions {
  /** The part whose passwords these are. */
  readonly part: string;
  /** The keys of each Secret that the Job creates. Called when all callers are declared. */
  readonly secrets: () => Readonly<Record<string, readonly string[]>>;
  /** An image with Node.js. */
  readonly image: Image;
}

/**
 * Adds a Job that creates Secrets with random passwords in the cluster on the first start. The Job may only create
 * Secrets, so it can neither read nor change an existing one.
 */
export function addPasswordJob(
  scope: Construct & { namespace: string | undefined },
  { part, secrets, image }: PasswordJobOptions,
): void {
  const name = `${part}-password`;
  addApiAccount(scope, 'password', name, [{ apiGroups: [''], resources: ['secrets'], verbs: ['create'] }]);
  addApiJob(
    scope,
    'password-job',
    { name, image, env: () => [{ name: 'SECRETS', value: JSON.stringify(secrets()) }], script: SCRIPT },
    { [ANNOTATIONS.makesSecret]: () => JSON.stringify(secrets()) },
  );
}

/** The status 409 is also a success: the Secret exists since an earlier start. */
const SCRIPT = `
const { SECRETS, NAMESPACE } = process.env;
const random = () => require('crypto').randomBytes(32).toString('base64url');
const create = async (name, keys) => {
  const secret = {
    apiVersion: 'v1', kind: 'Secret', metadata: { name },
    stringData: Object.fromEntries(keys.map((key) => [key, random()])),
  };
  const { status, statusText } = await api('POST', '/api/v1/namespaces/' + NAMESPACE + '/secrets', secret);
  if (status !== 201 && status !== 409) throw new Error('Secret ' + name + ': ' + status + ' ' + statusText);
  console.log('Secret ' + name + (status === 201 ? ': created' : ': there already'));
};
Promise.all(Object.entries(JSON.parse(SECRETS)).map(([name, keys]) => create(name, keys)));
`;
