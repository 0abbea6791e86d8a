import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '@kubernetes/client-node';
import { ApiObject, type ApiObjectProps, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { FieldPath } from '../../k8s/objects';
import { Origin } from '../../problems/origin';
import { formatProblem, type Place, type Problem } from '../../problems/problem';
import { hasOwnResolvers, settledObject } from './settled';

/** An object as a patch sees it: its metadata and its spec exist. */
export type Patchable<T> = T & { [Key in keyof T & ('metadata' | 'spec')]-?: NonNullable<T[Key]> };

/** Some fields of an object. `null` removes a field, and a list replaces the whole list. */
export type Fields<T> = T extends readonly unknown[] | Date
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Fields<T[Key]> | null }
    : T;

interface Patch {
  readonly apply: (object: object) => object;
  readonly origin: Origin;
}

/** The effect of a patch: the fields that differ, or why there is none. */
interface Effect {
  readonly place: Place | undefined;
  readonly changed: readonly FieldPath[];
  readonly error?: string;
}

/** An object of a construct. Patches change it after all options and calls, and are checked like the rest of the chart. */
export class ChartObject<T extends KubernetesObject = KubernetesObject> extends ApiObject {
  /** The check of ApiObject accepts every object of cdk8s. */
  static override [Symbol.hasInstance](value: unknown): value is ChartObject {
    return Object.prototype.isPrototypeOf.call(ChartObject.prototype, Object(value) as object);
  }

  readonly #fields: ApiObjectProps;
  readonly #patches: Patch[] = [];
  #effects: readonly Effect[] = [];

  constructor(scope: Construct, id: string, fields: ApiObjectProps) {
    super(scope, id, fields);
    this.#fields = fields;
  }

  get isPatched(): boolean {
    return this.#patches.length > 0;
  }

  /** Changes fields of the object: `patch((deployment) => { deployment.spec.minReadySeconds = 5; })`. */
  patch(change: (object: Patchable<T>) => void): this {
    return this.#add((object) => {
      change(object as Patchable<T>);
      return object;
    });
  }

  /** Merges fields into the object: `merge({ spec: { minReadySeconds: 5 } })`. `null` removes a field. */
  merge(fields: Fields<T>): this {
    return this.#add((object) => merged(object, fields) as object);
  }

  /** Applies operations of JSON Patch (RFC 6902). */
  override addJsonPatch(...operations: JsonPatch[]): void {
    this.#add((object) => JsonPatch.apply(object, ...operations) as object);
  }

  /** Leaves the object out of the manifests. */
  delete(): void {
    this.node.scope!.node.tryRemoveChild(this.node.id);
  }

  override toJson(): unknown {
    let object = hasOwnResolvers(this) ? (super.toJson() as object) : this.#unpatched();
    const effects: Effect[] = [];
    for (const { apply, origin } of this.#patches) {
      const { place } = origin;
      try {
        const after = apply(structuredClone(object));
        effects.push({ place, changed: [...changedFields(object, after, [])] });
        object = after;
      } catch (error) {
        effects.push({ place, changed: [], error: (error as Error).message });
      }
    }
    this.#effects = effects;
    return object;
  }

  /** The place of the last patch that changed a field. */
  placeOf(field: FieldPath): Place | undefined {
    return this.#effects.findLast(({ changed }) => changed.some((path) => areRelated(path, field)))?.place;
  }

  /** The patches that fail or change nothing. */
  problems(): Problem[] {
    if (!this.isPatched) return [];
    this.toJson();
    return this.#effects
      .filter(({ changed }) => changed.length === 0)
      .map(({ place, error }) => ({
        ...(error === undefined
          ? {
              code: 'patch-unused' as const,
              message: 'The patch changes nothing.',
              fix: 'Remove it. If an option sets the same value, the option is enough.',
            }
          : {
              code: 'patch-failed' as const,
              message: `The patch fails: ${error}`,
              fix: 'Compare the path with the object in k8s-out.',
            }),
        path: this.node.path,
        place,
      }));
  }

  #unpatched(): object {
    try {
      return settledObject(this.#fields, this);
    } catch (error) {
      throw new Error(`The object ${this.node.path} cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }

  #add(apply: Patch['apply']): this {
    // Plain cdk8s reports the problems too.
    if (!this.isPatched) this.node.addValidation({ validate: () => this.problems().map(formatProblem) });
    this.#patches.push({ apply, origin: new Origin() });
    return this;
  }
}

/** JSON Merge Patch (RFC 7396). */
function merged(value: unknown, fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return fields;
  const result: Record<string, unknown> = isRecord(value) ? { ...value } : {};
  for (const [key, field] of Object.entries(fields)) {
    if (field === undefined) continue;
    if (field === null) delete result[key];
    else result[key] = merged(result[key], field);
  }
  return result;
}

/** The smallest fields that differ. */
function* changedFields(before: unknown, after: unknown, at: FieldPath): Generator<FieldPath> {
  if (isDeepStrictEqual(before, after)) return;
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      yield* changedFields(before[key], after[key], [...at, key]);
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [i, item] of before.entries()) yield* changedFields(item, after[i], [...at, i]);
  } else yield at;
}

/** Whether one field contains the other. */
function areRelated(one: FieldPath, other: FieldPath): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((part, i) => other[i] === part);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
