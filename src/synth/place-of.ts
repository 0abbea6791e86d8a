import type { IConstruct } from 'constructs';
import type { Place } from '../problems/problem';

/**
 * The place of a construct. An object of cdk8s records none, so it is the place of its nearest parent that has one: a
 * construct of Callsign, or the app.
 */
export function placeOf(construct: IConstruct): Place | undefined {
  return construct.node.scopes
    .toReversed()
    .map((scope) => (scope as { place?: Place }).place)
    .find(Boolean);
}
