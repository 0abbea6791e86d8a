import type { Code } from '../../problems/codes';
import type { Rule } from './rule';

/** What an API server refuses: one look at each object finds them all. */
const rule = (code: Code, why: string, fix: string): Rule => ({
  code,
  why,
  fix,
  *find(world) {
    for (const { manifest, fault } of world.faults) if (fault.code === code) yield { ...fault, manifest };
  },
});

export const SCHEMA_RULES: readonly Rule[] = [
  rule(
    'api-removed',
    'No cluster of today serves it: apply ends with "no matches for kind".',
    'Write the version that took over, and look up which fields it names differently.',
  ),
  rule(
    'kind-unknown',
    'The group is one of Kubernetes\' own, so no extension will ever bring the kind, or the definition beside it does not serve the version: apply ends with "no matches for kind".',
    'Write the kind as Kubernetes spells it, and the apiVersion that it is served in.',
  ),
  rule(
    'field-unknown',
    'A field that nobody knows is refused, or dropped without a word: what it should have done never happens.',
    'Mostly it is misspelt, or indented too far or too little.',
  ),
  rule('field-missing', 'An API server refuses the object, and with it whatever needs it.', 'Add the field.'),
  rule(
    'type-wrong',
    'An API server reads a manifest strictly: 80 is no text and "80" no number, and yes, no, on and off without quotes are truth values to it.',
    'Put texts between quotes, and take them from numbers.',
  ),
  rule(
    'value-invalid',
    'An API server refuses names, labels, ports, shares, addresses, schedules and enumerations that are not as it wants them.',
    'Write the value as the problem says.',
  ),
  rule(
    'fields-exclusive',
    'The fields say two different things, so an API server refuses both.',
    'Keep the one that was meant.',
  ),
  rule(
    'item-taken',
    'The list is merged by that name: of two items with the same one an API server refuses both, or one silently covers the other.',
    'Rename one, or take it out.',
  ),
  rule(
    'limit-below-request',
    'A container would be promised more than it is allowed to take; an API server refuses that.',
    'Raise the limit to the request, or request less.',
  ),
  rule(
    'selector-mismatch',
    'A workload that does not take its own pods would make new ones for ever; an API server refuses it.',
    'Give the template the labels of the selector.',
  ),
];
