import type { Code } from '../../problems/codes';
import type { FieldPath } from '../../k8s/objects';

/** What is wrong with one field of an object. */
export interface Fault {
  readonly code: Code;
  readonly field: FieldPath;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix: string;
}
