import type { V1Volume } from '@kubernetes/client-node';
import type { Size } from 'cdk8s';
import type { Cpu, Volume } from 'cdk8s-plus-28';

// The one module that knows cdk8s-plus-28: types only, so that nothing is loaded for those who do not use it.

/** A processor share: `250m`, `2`, or `Cpu.millis(250)` of cdk8s-plus. */
export type CpuAmount = string | Cpu;
/** An amount of bytes: `128Mi`, or `Size.mebibytes(128)` of cdk8s. */
export type ByteAmount = string | Size;
/** A volume of cdk8s-plus (`Volume.fromConfigMap(…)`), or one written out as in a pod. */
export type VolumeSource = Volume | Omit<V1Volume, 'name'>;

/** The quantity that Kubernetes reads. */
export function cpuQuantity(cpu: CpuAmount): string {
  return typeof cpu === 'string' ? cpu : cpu.amount;
}

/** The quantity that Kubernetes reads. */
export function byteQuantity(bytes: ByteAmount): string {
  return typeof bytes === 'string' ? bytes : bytes.asString();
}

/** The volume as a pod declares it. */
export function podVolume(name: string, source: VolumeSource): V1Volume {
  return '_toKube' in source ? { ...(source._toKube() as V1Volume), name } : { ...source, name };
}
