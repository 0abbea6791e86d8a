import { get, numberOf, type Node } from '../load/node';

/** The number of copies of a service: one, as docker runs one. */
export function copiesOf(service: Node): number {
  const given = [get(service, 'deploy', 'replicas'), get(service, 'scale')].map(numberOf);
  return given.find((copies) => copies !== undefined && Number.isInteger(copies) && copies >= 0) ?? 1;
}
