import type { V1ConfigMapKeySelector } from '@kubernetes/client-node';
import type { LocalSecrets } from '../storage/secrets';
import { expandReferences } from './expand';
import type { LocalApp } from './local-app';
import { withMounts, type Mounts } from './mounts';
import type { LocalPod } from './part';

interface Given {
  readonly app: Pick<LocalApp, 'contents'>;
  readonly secrets: LocalSecrets;
  readonly mounts: Mounts;
  /** The variables of calls, with the ports of this machine. */
  readonly calls: Readonly<Record<string, string>>;
  /** The ports of the replica, by the ports of the container. */
  readonly ports: ReadonlyMap<number, number>;
}

/** The variables of a replica. Those of the chart come in its order, because they can refer to earlier ones. */
export function replicaVariables(
  part: LocalPod,
  { app, secrets, mounts, calls, ports }: Given,
): Record<string, string> {
  const values: Record<string, string> = { ...('env' in part.program && part.program.env) };
  for (const { name, value, valueFrom } of part.container.env ?? []) {
    const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
    const field = valueFrom?.fieldRef?.fieldPath;
    if (Object.hasOwn(calls, name)) values[name] = calls[name]!;
    else if (secret !== undefined && key !== undefined)
      values[name] = textOf(app, part, secret, key) ?? secrets.value(secret, key);
    else if (valueFrom?.configMapKeyRef) values[name] = configText(app, part, valueFrom.configMapKeyRef);
    else if (field === 'metadata.namespace') values[name] = part.namespace ?? 'default';
    else if (field === 'metadata.name') values[name] = part.name;
    else values[name] = withPorts(name, withMounts(expandReferences(value ?? '', values), mounts), ports);
  }
  return values;
}

/** A variable such as PORT or HEALTH_PORT gets the port of the replica instead of that of the container. */
function withPorts(name: string, value: string, ports: ReadonlyMap<number, number>): string {
  return /(^|_)PORT$/.test(name) ? String(ports.get(Number(value)) ?? value) : value;
}

function textOf({ contents }: Given['app'], { namespace }: LocalPod, secret: string, key: string): string | undefined {
  return contents.get(`Secret ${namespace ?? ''}/${secret}`)?.[key];
}

/** Without a value in the charts, it is a mark of a task: it is only known that there is one. */
function configText(
  { contents }: Given['app'],
  { namespace }: LocalPod,
  { name, key }: V1ConfigMapKeySelector,
): string {
  return contents.get(`ConfigMap ${namespace ?? ''}/${name}`)?.[key] ?? '';
}
