import type { V1Volume } from '@kubernetes/client-node';
import type { Size } from 'cdk8s';

// cdk8s-plus is optional: these are the parts of its classes that we use.

/** An amount of CPU: `250m`, `2`, or `Cpu.millis(250)` of cdk8s-plus. */
export type CpuAmount = string | { readonly amount: string };
/** An amount of bytes: `128Mi`, or `Size.mebibytes(128)` of cdk8s. */
export type ByteAmount = string | Size;
/** A volume of cdk8s-plus (`Volume.fromConfigMap(…)`), or a volume in the form of a pod spec. */
export type VolumeSource = { _toKube(): object } | Omit<V1Volume, 'name'>;

/** The amount as a Kubernetes quantity. */
export function cpuQuantity(cpu: CpuAmount): string {
  return typeof cpu === 'string' ? cpu : cpu.amount;
}

/** The amount as a Kubernetes quantity. */
export function byteQuantity(bytes: ByteAmount): string {
  return typeof bytes === 'string' ? bytes : bytes.asString();
}

/** The volume in the form of a pod spec. */
export function podVolume(name: string, source: VolumeSource): V1Volume {
  return '_toKube' in source ? { ...source._toKube(), name } : { ...source, name };
}
