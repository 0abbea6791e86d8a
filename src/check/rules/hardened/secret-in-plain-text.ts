import { show } from '../../../basics/text';
import { listOf } from '../../world/values';
import type { World } from '../../world/world';
import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const secretInPlainText: Rule = containerRule(
  'secret-in-plain-text',
  'Everyone who can read the manifest or the repository can read the secret.',
  'Store the value in a Secret, and read it with secretKeyRef.',
  (at, { namespace }, world) =>
    listOf(at.container.env).flatMap(({ name, value }, i) =>
      /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS)$/i.test(name) &&
      typeof value === 'string' &&
      value !== '' &&
      // A reference to a variable, a path, and a switch such as ALLOW_EMPTY_PASSWORD are not secrets.
      !/^\$\(\w+\)$|^\/|^(true|false|yes|no|on|off|[01])$/i.test(value) &&
      !isSecretName(world, namespace, value)
        ? [
            {
              field: [...at.at, 'env', i, 'value'],
              message: `${containerTitle(at)} has the secret ${show(name)} in plain text.`,
              expected: 'valueFrom: { secretKeyRef: … }',
              got: 'a plain value',
              fix: `Read it from a Secret. In a chart: env: { ${name}: { secret: 'NAME', key: 'KEY' } }. In YAML: valueFrom.secretKeyRef.`,
            },
          ]
        : [],
    ),
);

/** Whether a value is the name of a Secret. A variable may contain the name of the Secret that a program reads. */
function isSecretName(world: World, namespace: string, name: string): boolean {
  return (
    world.find('Secret', namespace, name) !== undefined || world.secretMadeInCluster(namespace, name) !== undefined
  );
}
