import { count, show } from '../../../basics/text';
import { isPlaceholder } from '../../secrets/placeholder';
import { secretsInText } from '../../secrets/secrets-in-text';
import { secretsInWords } from '../../secrets/secrets-in-words';
import { isText, listOf, namespaceOf } from '../../world/values';
import { commandsOf } from '../../world/workloads/commands';
import { containersOf, type ContainerAt, type Pods, type World } from '../../world/world';
import { containerTitle, hardenedRule, type PodViolation } from '../hardened-rule';
import type { Rule, Violation } from '../rule';

const SECRET_NAME = /(PASSWORD|PASSWD|PASSPHRASE|(^|_)PASS|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS)$/i;
const FROM_SECRET = "env: { NAME: { secret: 'SECRET', key: 'KEY' } }";

// No text of a problem contains the value or a part of it: reports are logs, which more people read than the manifest.
export const secretInPlainText: Rule = hardenedRule(
  'secret-in-plain-text',
  'Everyone who can read the manifest or the repository can read the secret.',
  'Store the value in a Secret, and read it with secretKeyRef. Other variables and arguments refer to it with $(NAME).',
  function* (world) {
    for (const pods of world.pods) {
      for (const at of containersOf(pods)) {
        for (const violation of [...inVariables(at, pods, world), ...inCommands(at), ...inHeaders(at)])
          yield { manifest: pods.manifest, ...violation };
      }
    }
    yield* inConfigMaps(world);
  },
);

function inVariables(at: ContainerAt, { namespace }: Pods, world: World): PodViolation[] {
  return listOf(at.container.env).flatMap(({ name, value }, i): PodViolation[] => {
    if (!isText(name) || !isText(value)) return [];
    const field = [...at.at, 'env', i, 'value'];
    if (SECRET_NAME.test(name) && !isPlaceholder(value) && !isSecretName(world, namespace, value))
      return [
        {
          field,
          message: `${containerTitle(at)} has the secret ${show(name)} in plain text.`,
          expected: 'valueFrom: { secretKeyRef: … }',
          got: 'a plain value',
          fix: `Read it from a Secret. In a chart: ${FROM_SECRET.replace('NAME', name)}. In YAML: valueFrom.secretKeyRef.`,
        },
      ];
    const found = secretsInText(value).map(({ what }) => what);
    if (found.length === 0) return [];
    return [
      {
        field,
        message: `${containerTitle(at)} has a secret in plain text in the variable ${show(name)}.`,
        expected: 'a reference to a variable from a Secret, such as $(NAME)',
        got: listed(found),
        fix: `Write $(NAME) instead of the secret, and set NAME before ${name} from a Secret. ${WHERE}${databaseFix(value)}`,
      },
    ];
  });
}

const WHERE = `In a chart: ${FROM_SECRET}. In YAML: valueFrom.secretKeyRef.`;

/** The variables that a microservice with a database has anyway. */
function databaseFix(value: string): string {
  return /\b(postgres(ql)?|mysql|mariadb)(\+\w+)?:\/\//i.test(value)
    ? ' For a Database of the chart, set the option database, and write $(DATABASE_PASSWORD).'
    : '';
}

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
function inCommands(at: ContainerAt): PodViolation[] {
  return commandsOf(at).flatMap((words) => {
    const inWords = secretsInWords(words.map(({ text = '' }) => text));
    return words.flatMap(({ text = '', field }, i): PodViolation[] => {
      const found = [...secretsInText(text), ...inWords.filter(({ word }) => word === i)].map(({ what }) => what);
      if (found.length === 0) return [];
      return [
        {
          field,
          message: `${containerTitle(at)} has a secret in plain text in its ${field.at(-2) === 'args' ? 'args' : 'command'}.`,
          expected: 'a reference to a variable from a Secret, such as $(NAME)',
          got: listed(found),
          fix: `Write $(NAME) instead of the secret, and set the variable NAME from a Secret. ${WHERE}`,
        },
      ];
    });
  });
}

function inHeaders(at: ContainerAt): PodViolation[] {
  return PROBES.flatMap((probe) =>
    listOf(at.container[probe]?.httpGet?.httpHeaders).flatMap(({ name, value }, i): PodViolation[] =>
      secretsInText(`${name}: ${value}`).length === 0
        ? []
        : [
            {
              field: [...at.at, probe, 'httpGet', 'httpHeaders', i, 'value'],
              message: `${containerTitle(at)} has a secret in plain text in the header ${show(name)} of a probe.`,
              expected: 'a probe without a secret',
              got: 'a plain value',
              fix: 'Use a path that needs no login. Or use an exec probe whose command reads a variable from a Secret.',
            },
          ],
    ),
  );
}

function* inConfigMaps(world: World): Generator<Violation> {
  for (const manifest of world.ofKind('ConfigMap')) {
    const namespace = namespaceOf(manifest.object);
    const data = (manifest.object.data ?? {}) as Readonly<Record<string, unknown>>;
    for (const [key, text] of Object.entries(data)) {
      if (!isText(text) || /\.(md|markdown|adoc)$/i.test(key)) continue;
      const found = isSetting(key, text, world, namespace)
        ? [`a plain value`]
        : secretsInText(withoutComments(text)).map(({ what, at }) => what + lineOf(text, at));
      if (found.length === 0) continue;
      yield {
        manifest,
        field: ['data', key],
        message: `The ConfigMap has a secret in plain text in the key ${show(key)}.`,
        expected: 'a Secret',
        got: listed(found),
        fix: "Move the key to a Secret. In a chart: env: { NAME: { secret: 'SECRET', key: 'KEY' } }, or the same value in files. In YAML: secretKeyRef, or a volume of the Secret.",
      };
    }
  }
}

/** Whether a key of a ConfigMap is a variable with a secret value. */
function isSetting(key: string, text: string, world: World, namespace: string): boolean {
  return (
    SECRET_NAME.test(key) &&
    !/\s/.test(text.trim()) &&
    // Some variables contain the name of a Secret, such as TLS_SECRET.
    !(/SECRET|TOKEN|CREDENTIALS/i.test(key) && /^[a-z0-9]+([-.][a-z0-9]+)+$/.test(text)) &&
    !isPlaceholder(text) &&
    !isSecretName(world, namespace, text)
  );
}

/** The text with empty lines instead of comments, so that the lines keep their numbers. */
function withoutComments(text: string): string {
  return text.replaceAll(/^[ \t]*(#|\/\/|;|<!--|--[ \t]).*$/gm, (line) => ' '.repeat(line.length));
}

function lineOf(text: string, at: number): string {
  return text.trim().includes('\n') ? ` (line ${text.slice(0, at).split('\n').length})` : '';
}

function listed(found: readonly string[]): string {
  const [first = '', ...more] = new Set(found);
  return more.length === 0 ? first : `${first}, and ${count(more.length, 'more secret')}`;
}

/** Whether a value is the name of a Secret. A variable may contain the name of the Secret that a program reads. */
function isSecretName(world: World, namespace: string, name: string): boolean {
  return (
    world.find('Secret', namespace, name) !== undefined || world.secretMadeInCluster(namespace, name) !== undefined
  );
}
