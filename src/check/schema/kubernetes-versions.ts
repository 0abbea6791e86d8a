import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../../basics/package-folder';

/** How the API differs between the versions of Kubernetes: `kubernetes-versions.json`, written by `npm run schemas:versions`. */
export interface KubernetesVersions {
  /** The minor number of the oldest known version: 33 is Kubernetes 1.33. */
  readonly oldest: number;
  readonly newest: number;
  /** Alpha and beta kinds, such as `batch/v1beta1 CronJob`. They are off by default. */
  readonly preview: readonly string[];
  /** The kinds that some of the versions do not have. */
  readonly kinds: Readonly<Record<string, { readonly since?: number; readonly until?: number }>>;
  /** The fields that some of the versions do not have, or that are off by default. */
  readonly fields: Readonly<Record<string, FieldVersions>>;
  /** The same for values of enumerations, such as `v1.Toleration.operator=Gt`. */
  readonly values: Readonly<Record<string, FieldVersions>>;
}

export interface FieldVersions {
  /** The first version that has the field. */
  readonly since?: number;
  /** The feature gate that keeps the field off in some of the versions. */
  readonly gate?: string;
  /** The first version in which the gate is on by default. Without it, the newest version still has it off. */
  readonly on?: number;
}

let loaded: KubernetesVersions | undefined;

/** The differences. They are read at the first use. */
export function kubernetesVersions(): KubernetesVersions {
  loaded ??= JSON.parse(
    readFileSync(join(PACKAGE_FOLDER, 'src/check/schema/kubernetes-versions.json'), 'utf8'),
  ) as KubernetesVersions;
  return loaded;
}
