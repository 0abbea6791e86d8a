import { nearest } from '../../../basics/nearest';
import type { FieldPath, Manifest } from '../../../k8s/objects';
import { referencesIn } from '../../../k8s/variable-references';
import { linesThatSet } from '../../world/chart-lines';
import { microserviceOf } from '../../world/chart-parts';
import { commandTexts } from '../../world/workloads/commands';
import {
  configuredVariables,
  mayBeOfService,
  serviceOfVariable,
  variablesOf,
  type ContainerVariables,
} from '../../world/workloads/variables';
import {
  containersOf,
  isText,
  listOf,
  namespaceOf,
  podsTitle,
  type ContainerAt,
  type Pods,
  type World,
} from '../../world/world';
import { meant, type Rule, type Violation } from '../rule';

/** A text in which Kubernetes replaces references. */
interface Expanded {
  readonly text: string;
  readonly field: FieldPath;
  /** How messages name the text. */
  readonly title: string;
  /** The position of the variable in `env`. Commands and paths can refer to all variables. */
  readonly position: number;
  /** Whether it may be a shell script, in which `$(NAME)` runs a command. */
  readonly script: boolean;
}

export const variableUnresolved: Rule = {
  code: 'variable-unresolved',
  why: 'Kubernetes leaves a reference as it is if no variable has the name, if the variable comes later in the list, or if the value comes from a ConfigMap. The program gets the text $(NAME).',
  fix: 'Correct the name, or define the variable in front of the one that refers to it. In a chart, declare the call that sets it. Write $$(NAME) if the program needs this text.',
  *find(world) {
    const seen = new Set<string>();
    for (const pods of world.pods) {
      if (isPatch(pods)) continue;
      // A tool replaces `$(NAME)` before the manifest is applied, because Kubernetes does not do that in an image.
      if (containersOf(pods).some(({ container }) => isText(container.image) && container.image.includes('$(')))
        continue;
      for (const at of containersOf(pods)) {
        let variables: ContainerVariables | undefined;
        for (const text of textsOf(at, microserviceOf(pods.manifest))) {
          if (!text.text.includes('$(')) continue;
          variables ??= variablesOf(world, pods, at);
          yield* unresolvedIn(world, pods, at, text, variables);
        }
        for (const { map, key, variable } of configuredVariables(world, pods, at)) {
          const value: unknown = map.object.data?.[key];
          if (!isText(value) || !value.includes('$(') || value.includes('\n')) continue;
          const { positions } = (variables ??= variablesOf(world, pods, at));
          const reference = [...referencesIn(value)].find(({ name }) => positions.has(name));
          const id = `${namespaceOf(map.object)}/${map.object.metadata.name}/${key}`;
          // Several containers can read the same ConfigMap.
          if (!reference || seen.has(id)) continue;
          seen.add(id);
          yield notExpanded(map, key, variable, reference.name, podsTitle(pods));
        }
      }
    }
  },
};

/** Whether an object is only a patch of another one: it lacks what the API server requires, and may lack variables. */
function isPatch({ manifest, spec }: Pods): boolean {
  const { selector } = (manifest.object.spec ?? {}) as { selector?: unknown };
  return (
    (/^(Deployment|StatefulSet|DaemonSet)$/.test(manifest.object.kind) && selector === undefined) ||
    listOf(spec.containers).some(({ image }) => !isText(image))
  );
}

function* textsOf(of: ContainerAt, microservice: string | undefined): Generator<Expanded> {
  const { container, at } = of;
  const option = (name: string) => (microservice === undefined ? name : `The option ${name}`);
  for (const [position, { name, value }] of listOf(container.env).entries()) {
    if (!isText(value) || !isText(name)) continue;
    const title = microservice === undefined ? `The variable ${name}` : option(`env.${name}`);
    const script = value.includes('\n') || /SCRIPT|COMMAND|CMD|PROMPT/i.test(name);
    yield { text: value, field: [...at, 'env', position, 'value'], title, position, script };
  }
  const position = Infinity;
  for (const { text, field, script } of commandTexts(of)) {
    const [key = '', i] = field.slice(-2);
    yield {
      text,
      field,
      title: microservice === undefined ? `${key}[${i}]` : option(`${key}[${i}]`),
      position,
      script,
    };
  }
  for (const [i, { subPathExpr: text }] of listOf(container.volumeMounts).entries())
    if (isText(text))
      yield {
        text,
        field: [...at, 'volumeMounts', i, 'subPathExpr'],
        title: 'The subPathExpr',
        position,
        script: false,
      };
}

function* unresolvedIn(
  world: World,
  pods: Pods,
  { container }: ContainerAt,
  { text, field, title, position, script }: Expanded,
  { positions, complete }: ContainerVariables,
): Generator<Violation> {
  for (const { name, at } of referencesIn(text)) {
    const defined = positions.get(name);
    if (defined !== undefined && defined < position) continue;
    if (pods.spec.enableServiceLinks !== false || name.startsWith('KUBERNETES_'))
      if (serviceOfVariable(world, pods.namespace, name) !== undefined) continue;
    // Another source may set the variable.
    if (!complete || mayBeOfService(pods, name)) continue;
    const about = { manifest: pods.manifest, field, got: `$(${name})` };
    if (defined !== undefined) {
      const own = listOf(container.env)[position]!.name;
      yield { ...about, ...tooEarly(title, own, name, leadsBack(container, name, own)) };
      continue;
    }
    if (isSetByOthers(name) || !/^[\w.-]+$/.test(name) || (script && isEscapedByShell(text, at))) continue;
    const others = [...positions.keys()].filter((other) => other !== listOf(container.env)[position]?.name);
    const found = missing(world, pods, title, name, others);
    // In a script, and in lower case, it may be something else: `$(date)`.
    const isUpperCase = /^[A-Z_][A-Z0-9_]*$/.test(name);
    if (script ? found.sure && isUpperCase : found.sure || isUpperCase) yield { ...about, ...found.violation };
  }
}

/** The problem of a reference in a value that Kubernetes takes as it is. */
function notExpanded(map: Manifest, key: string, variable: string, name: string, pods: string): Violation {
  return {
    manifest: map,
    field: ['data', key],
    message: `The variable ${variable} of ${pods} gets the text $(${name}), because Kubernetes replaces references only in env.`,
    expected: `${variable} in env`,
    got: `$(${name})`,
    fix: `Define ${variable} in env of ${pods}, after ${name}, and remove it from the ConfigMap.`,
  };
}

type Texts = Omit<Violation, 'manifest' | 'field'>;

function tooEarly(title: string, own: string, name: string, circle: boolean): Texts {
  if (own === name)
    return {
      message: `${title} refers to itself.`,
      expected: 'a reference to another variable',
      fix: 'Write the whole value. Kubernetes does not know the variables of the image.',
    };
  if (circle)
    return {
      message: `${title} refers to ${name}, which refers back to ${own}.`,
      expected: 'references without a circle',
      fix: `Remove the reference to ${name} or a later one of the circle.`,
    };
  return {
    message: `${title} refers to ${name}, which is defined after it.`,
    expected: `${name} in front of ${own}`,
    fix: `Move ${name} up, in front of ${own}.`,
  };
}

/** Whether a variable refers to another one, directly or through others. */
function leadsBack(container: ContainerAt['container'], from: string, to: string): boolean {
  const values = new Map(listOf(container.env).map(({ name, value }) => [name, value]));
  const seen = new Set<string>();
  const reaches = (variable: string): boolean => {
    if (variable === to) return true;
    if (seen.has(variable)) return false;
    seen.add(variable);
    const value: unknown = values.get(variable);
    return isText(value) && [...referencesIn(value)].some(({ name }) => reaches(name));
  };
  return reaches(from);
}

/** The problem of a variable that nothing sets. It is sure if the name resembles a known one. */
function missing(
  world: World,
  pods: Pods,
  title: string,
  name: string,
  known: readonly string[],
): { readonly sure: boolean; readonly violation: Texts } {
  const microservice = microserviceOf(pods.manifest);
  const message = `${title} refers to ${name}, but ${microservice ?? podsTitle(pods)} has no variable of that name.`;
  const lines = microservice === undefined ? [] : linesThatSet(world, pods.namespace, microservice, known);
  const exact = lines.find(({ variables }) => variables.includes(name));
  const guess = exact ? name : nearest(name, [...known, ...lines.flatMap(({ variables }) => variables)]);
  const missingLine =
    exact ??
    lines.find(({ prefix }) => name.startsWith(prefix)) ??
    lines.find(({ variables }) => variables.includes(guess ?? ''));
  if (missingLine && !known.includes(guess ?? '')) {
    const { line, how, prefix, variables } = missingLine;
    const other = exact ? '' : name.startsWith(prefix) ? ` It sets ${variables.join(', ')}.` : ` It sets ${guess}.`;
    const fix = `${how}: ${line}.${other}`;
    return { sure: true, violation: { message, expected: line, fix } };
  }
  const service = serviceOfVariable(world, pods.namespace, name);
  if (service !== undefined)
    return {
      sure: true,
      violation: {
        message,
        expected: `the host ${service}`,
        fix: `Write the name of the Service, ${service}. With enableServiceLinks: false, Kubernetes sets no variables for Services.`,
      },
    };
  return { sure: guess !== undefined, violation: { message, ...meant(name, known, 'add the variable.') } };
}

/** Variables that controllers and admission webhooks of clouds add to containers. */
function isSetByOthers(name: string): boolean {
  return name === 'JOB_COMPLETION_INDEX' || /^(AWS|AZURE|GOOGLE|TPU)_/.test(name);
}

/** Whether a shell gets the reference as plain text: after a backslash, or between single quotes on its line. */
function isEscapedByShell(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return line.endsWith('\\') || line.split("'").length % 2 === 0;
}
