import type { Code } from '../../problems/codes';
import type { FieldPath } from '../../k8s/objects';

/** An error in one field of an object. */
export interface SchemaError {
  readonly code: Code;
  readonly field: FieldPath;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix: string;
}
