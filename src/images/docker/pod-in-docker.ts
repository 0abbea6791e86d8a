import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1ConfigMap, V1EnvVar, V1PodSpec } from '@kubernetes/client-node';

/** The objects that pods read in addition to their spec. */
export interface Surroundings {
  /** The ConfigMaps by name. */
  readonly configMaps: ReadonlyMap<string, V1ConfigMap>;
  /** The value for a key of a Secret. */
  readonly secret: (name: string, key: string) => string;
}

/** The arguments of `docker run` that run the first container of a pod almost as Kubernetes does. */
export function dockerArguments(spec: V1PodSpec, { configMaps, secret }: Surroundings): string[] {
  const [container] = spec.containers;
  const { runAsUser, runAsGroup } = spec.securityContext ?? {};
  const scratch = `uid=${runAsUser},gid=${runAsGroup},mode=0770`;
  const mounts = (container!.volumeMounts ?? []).flatMap(({ name, mountPath, subPath }) => {
    const map = configMaps.get(spec.volumes?.find((volume) => volume.name === name)?.configMap?.name ?? '');
    if (!map) return ['--tmpfs', `${mountPath}:${scratch}`];
    return ['--volume', `${filesOf(map, subPath)}:${mountPath}:ro`];
  });
  const env = (container!.env ?? []).flatMap((variable) => ['--env', `${variable.name}=${valueOf(variable, secret)}`]);
  const [entrypoint, ...command] = container!.command ?? [];
  return [
    '--read-only',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    ...mounts,
    ...env,
    ...(entrypoint ? ['--entrypoint', entrypoint] : []),
    container!.image!,
    ...command,
    ...(container!.args ?? []),
  ];
}

function valueOf({ value, valueFrom }: V1EnvVar, secret: Surroundings['secret']): string {
  const ref = valueFrom?.secretKeyRef;
  return ref ? secret(ref.name!, ref.key) : (value ?? '');
}

/** Writes a ConfigMap to a folder that every user can read. Returns the path of the folder, or of the file of one key. */
function filesOf({ data = {} }: V1ConfigMap, key: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-config-'));
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(data)) writeFileSync(join(folder, name), text, { mode: 0o644 });
  return key ? join(folder, key) : folder;
}
