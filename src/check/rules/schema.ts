import type { Code } from '../../problems/codes';
import type { Rule } from './rule';

/** A rule for one kind of schema error. The world validates each object once for all of these rules. */
const rule = (code: Code, why: string, fix: string): Rule => ({
  code,
  why,
  fix,
  *find(world) {
    for (const { manifest, error } of world.schemaErrors) if (error.code === code) yield { ...error, manifest };
  },
});

/** These rules apply only if `--kubernetes` names the version of the cluster. */
const VERSION_RULES: readonly Rule[] = [
  rule(
    'version-missing',
    'The API server of that version rejects the kind, or drops the field or the value.',
    'Use what the version has, or update the cluster.',
  ),
  rule(
    'feature-off',
    'The API server of that version drops the field, or does not serve the kind, unless the cluster enables the feature.',
    'Remove it, or enable the feature in the cluster.',
  ),
  rule(
    'api-deprecated',
    'A later version of Kubernetes ignores or rejects it.',
    'Write what the problem names instead.',
  ),
].map((one) => ({ ...one, needsVersion: true }));

export const SCHEMA_RULES: readonly Rule[] = [
  rule(
    'api-removed',
    'Current clusters do not serve this API version, so apply fails with "no matches for kind".',
    'Use the version that replaced it, and check which fields changed.',
  ),
  rule(
    'kind-unknown',
    'Apply fails with "no matches for kind". Either Kubernetes has no such kind, or its CustomResourceDefinition does not serve the version.',
    'Correct the kind or the apiVersion.',
  ),
  rule(
    'field-unknown',
    'The API server rejects an unknown field, or drops it without a message. The setting has no effect.',
    'Check the spelling and the indentation of the field.',
  ),
  rule(
    'field-missing',
    'The API server rejects the object, so everything that depends on it fails.',
    'Add the field that the problem names.',
  ),
  rule(
    'type-wrong',
    'The API server does not convert types: 80 is not a string, and "80" is not a number. Without quotes, yes, no, on and off are booleans.',
    'Put strings in quotes, and remove the quotes from numbers and booleans.',
  ),
  rule(
    'value-invalid',
    'The API server rejects invalid names, labels, ports, percentages, addresses, schedules and enumeration values.',
    'Write the value that the problem expects: it lists the allowed values or the form.',
  ),
  rule(
    'fields-exclusive',
    'The fields contradict each other, so the API server rejects the object.',
    'Keep one of the fields and remove the other.',
  ),
  rule(
    'item-taken',
    'The API server merges the list by name. It rejects duplicate names, or one item silently replaces the other.',
    'Rename or remove one of the items.',
  ),
  rule(
    'limit-below-request',
    'The API server rejects a container whose limit is lower than its request.',
    'Increase the limit or reduce the request.',
  ),
  rule(
    'selector-mismatch',
    'The API server rejects the workload, because it would create new pods without end.',
    'Add the labels of the selector to the pod template.',
  ),
  ...VERSION_RULES,
];
