import type { V1StorageClass } from '@kubernetes/client-node';
import { DEFAULT_CLASS } from '../k8s/keys';
import type { ChartNeeds } from './charts';
import type { Finding } from './finding';
import { inCluster, type ClusterReader } from './reader';

/** The storage classes, and whether the charts find theirs. */
export function storageFinding(cluster: ClusterReader, charts: ChartNeeds | undefined): Promise<Finding> {
  return inCluster({ name: 'storage', why: 'for the volumes of databases' }, async () => {
    const classes = await cluster.list<V1StorageClass>('/apis/storage.k8s.io/v1/storageclasses');
    const names = classes.map(({ metadata }) => metadata?.name ?? '');
    const standard = classes.find(({ metadata }) => metadata?.annotations?.[DEFAULT_CLASS.StorageClass] === 'true');
    const list = classes.map((one, i) => `${names[i]}${one === standard ? ' (default)' : ''}`).join(', ') || 'none';
    const found = `StorageClass: ${list}`;
    for (const { lookUp } of charts?.requirements ?? []) {
      if (!lookUp || !('object' in lookUp) || lookUp.object.kind !== 'StorageClass') continue;
      const { name } = lookUp.object.metadata;
      if (!names.includes(name))
        return {
          state: 'missing',
          found: `the class ${name} is missing (${found})`,
          fix: `Create the StorageClass ${name}, or name another class in the charts.`,
        };
    }
    const isNeeded =
      charts?.requirements.some(
        ({ lookUp }) => lookUp && 'defaultOf' in lookUp && lookUp.defaultOf === 'StorageClass',
      ) ?? true;
    if (standard || !isNeeded) return { state: 'ok', found };
    return {
      state: charts ? 'missing' : 'warning',
      found: `no default class (${found})`,
      fix:
        classes.length === 0
          ? 'Install a storage provisioner, and make its StorageClass the default.'
          : `Make a class the default: kubectl annotate storageclass ${names[0]} ${DEFAULT_CLASS.StorageClass}=true.`,
    };
  });
}
