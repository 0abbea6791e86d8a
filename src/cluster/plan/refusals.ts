import { fieldsThatDiffer } from '../../changes/differences';
import { refusedChanges } from '../../changes/immutable-fields';
import { fieldOf } from '../../k8s/field-title';
import { fieldText, titleOf, valueAt, type Manifest } from '../../k8s/objects';
import type { Problem } from '../../problems/problem';
import { showBoth } from '../../basics/text';
import type { LiveObject, Status } from '../connection/api-server';
import { fieldPathIn } from '../fields/field-path';

/** Whether the credential lacks a permission. A quota, Pod Security or a webhook also answer 403, with another message. */
export function isForbidden({ code, message }: Status): boolean {
  return code === 403 && /User "[^"]+" cannot \w+ resource/.test(message);
}

/** Whether the API server refused the object itself. */
export function isRefusal({ code, message }: Status): boolean {
  return [400, 403, 404, 409, 413, 422].includes(code) || /typed patch object|expected|schema/.test(message);
}

/** The problems of an object that the API server refused. */
export function refusalProblems(manifest: Manifest, status: Status, live: LiveObject | undefined): Problem[] {
  const causes = status.details?.causes ?? [];
  if (causes.length === 0) return [refusalProblem(manifest, status)];
  const immutable = live ? refusedChanges(live, manifest.object) : [];
  return causes.map((cause) => {
    const { message = status.message, field: text = '' } = cause;
    const field = fieldPathIn(manifest.object, text);
    const base = {
      path: manifest.path,
      object: titleOf(manifest.object),
      ...fieldOf(manifest.object, field),
      place: manifest.place(field),
    };
    if (!live || !/immutable|Forbidden: updates to|may not change/.test(message))
      return {
        ...base,
        code: 'object-refused',
        message: `The API server refuses the object: ${sentence(shortened(message))}`,
        fix: `Correct ${base.field || 'the object'} in the charts.`,
      };
    const known = immutable.find((change) => fieldText(change.field).startsWith(fieldText(field)));
    const [from, to] = [known?.from ?? valueAt(live, field), known?.to ?? valueAt(manifest.object, field)];
    return {
      ...base,
      code: 'change-not-in-place',
      message: known?.message ?? `The cluster cannot change this field: ${sentence(shortened(message))}`,
      ...valuesOf(from, to),
      fix: `Undo the change. Or make it by hand: ${known?.fix ?? `delete the object, then apply it again`}.`,
    };
  });
}

/** Both values. For groups, only the fields that differ and that the charts set: the cluster adds others. */
function valuesOf(from: unknown, to: unknown): Pick<Problem, 'expected' | 'got'> {
  const changes = [...fieldsThatDiffer(from, to)].filter((change) => change.to !== undefined);
  const shown = changes
    .slice(0, 3)
    .map((change) => ({ field: change.field, values: showBoth(change.from, change.to) }));
  const text = (side: 0 | 1) =>
    shown.map(({ field, values }) => `${field ? `${field}: ` : ''}${values[side]}`).join(', ');
  return changes.length === 0 ? {} : { expected: `no change: ${text(0)}`, got: text(1) };
}

/** The permissions that the credential lacks, as one problem. */
export function forbiddenProblem(statuses: readonly Status[]): Problem {
  const missing = statuses.map(({ message }) => {
    const [, user, verb, resource, group] =
      /User "([^"]+)" cannot (\w+) resource "([^"]+)" in API group "([^"]*)"/.exec(message) ?? [];
    const [, namespace] = /in the namespace "([^"]+)"/.exec(message) ?? [];
    return {
      user,
      what: `${verb} ${[resource, group].filter(Boolean).join('.')}${namespace ? ` in ${namespace}` : ''}`,
    };
  });
  return {
    code: 'permission-missing',
    message: `${missing[0]!.user} may not: ${[...new Set(missing.map(({ what }) => what))].join(', ')}.`,
    expected: 'the verbs get, list, create, patch and delete for every kind of the charts',
    fix: 'Use a credential with these permissions, or add them to a Role of the user.',
  };
}

function refusalProblem(manifest: Manifest, { message }: Status): Problem {
  const { object, path } = manifest;
  // A field that the schema does not contain or that has a wrong type: `.spec.replica: field not declared in schema`.
  const [, text, what] = /(?:^|\s)(\.[^\s:]+): (.+)$/.exec(message) ?? [];
  const field = fieldPathIn(object, text ?? '');
  return {
    code: 'object-refused',
    path,
    object: titleOf(object),
    ...(text !== undefined && fieldOf(object, field)),
    place: manifest.place(field),
    message: `The API server refuses the object: ${sentence(what ?? message)}`,
    fix: `Correct ${(text !== undefined && fieldText(field)) || 'the object'} in the charts.`,
  };
}

/** Without the value in the middle, which can be a whole object. */
function shortened(message: string): string {
  return message.replace(/^(Invalid value: )(.{60}).*(: [^:]+)$/, '$1$2…$3');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
