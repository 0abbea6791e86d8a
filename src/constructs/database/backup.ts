import type { V1CronJob, V1JobSpec, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { byteQuantity } from '../shared/plus';
import { Caller, type Endpoint } from '../../links/endpoint';
import { callVariables, DATABASE_PREFIX } from '../../links/variables';
import type { ResolvedBackup } from './resolve';
import { addAccount } from '../shared/account';
import type { Dump } from './engines/engine';
import { clientPod } from './client-pod';
import type { RolePlan } from './roles/role-plan';
import { addObject, selectorLabels } from '../shared/object';

interface BackupJobOptions {
  readonly endpoint: Endpoint;
  readonly dump: Dump;
  /** The image with the command-line clients of the server. */
  readonly image: string;
  /** The user of the image. */
  readonly user: number;
  readonly backup: ResolvedBackup;
  /** Called when all callers are declared. */
  readonly roles: () => RolePlan;
}

/**
 * Adds a CronJob that dumps the database to a separate claim, and a suspended CronJob that restores a dump. Both run as
 * the user of the image and can connect only to the database.
 */
export function addBackup(
  scope: Construct & { namespace: string | undefined },
  { endpoint: database, dump, image, user, backup, roles }: BackupJobOptions,
): void {
  const { schedule, timeZone, keep, storage, storageClass } = backup;
  const name = `${database.name}-backup`;
  const labels = selectorLabels(name, scope.namespace);
  const metadata = { name, labels };
  const caller = new Caller({ kind: 'worker', name, namespace: scope.namespace, pods: labels, asOwner: true });
  caller.call(database, DATABASE_PREFIX);
  addAccount(scope, caller, metadata, { prefix: 'backup-' });
  addObject<V1PersistentVolumeClaim>(scope, 'backup-claim', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storageClass && { storageClassName: storageClass }),
      resources: { requests: { storage: byteQuantity(storage) } },
    },
  });

  const job = (script: string, spec: Omit<V1JobSpec, 'template'>): V1JobSpec => ({
    ...spec,
    template: clientPod({
      name,
      labels,
      image,
      user,
      script,
      env: [...callVariables(caller), { name: 'KEEP', value: String(keep) }],
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      volumes: [
        { name: 'dumps', persistentVolumeClaim: { claimName: name } },
        { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
      ],
    }),
  });
  addObject<V1CronJob>(scope, 'backup', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: {
      schedule,
      timeZone,
      concurrencyPolicy: 'Forbid',
      // If the cluster was off at the scheduled time, it runs the backup later.
      startingDeadlineSeconds: 12 * 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      // A Job that hangs would block all later Jobs.
      jobTemplate: { spec: job(dumpScript(dump), { backoffLimit: 4, activeDeadlineSeconds: 12 * 3600 }) },
    },
  });
  addObject<V1CronJob>(scope, 'restore', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: `${database.name}-restore`, labels },
    spec: () => ({
      // It never runs on schedule: `kubectl create job --from` starts it.
      suspend: true,
      schedule: '0 0 1 1 *',
      // If somebody resumes it, it does not catch up on a missed date: a restore replaces all data.
      startingDeadlineSeconds: 60,
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: job(restoreScript(dump, roles()), { backoffLimit: 0 }) },
    }),
  });
}

/**
 * Waits until the server answers: network policies can take effect late for a new pod, and the server can be
 * restarting.
 */
const reach = ({ connect, answers }: Dump) => `
${connect}
for n in {1..60}; do
  ${answers} 2> /tmp/why && break
  if [ "$n" = 60 ]; then
    cat /tmp/why >&2
    exit 1
  fi
  sleep 2
done`;

/** Writes the dump to a temporary file and renames it, so that every dump is complete. Then it removes old dumps. */
function dumpScript(dump: Dump): string {
  return `set -euo pipefail
cd /dumps
${reach(dump).trim()}
# What a pod left that was killed.
find . -maxdepth 1 -name '.*.part' -mmin +720 -delete
part=".$HOSTNAME.part"
trap 'rm -f "$part"' EXIT
${dump.make.trim()}
sync
name="$DATABASE_NAME-$(date -u +%Y-%m-%dT%H-%M-%SZ).${dump.ending}"
mv "$part" "$name"
sync
echo "$name: $(wc -c < "$name") bytes"
ls -1 "$DATABASE_NAME"-*.${dump.ending} | sort -r | tail -n "+$((KEEP + 1))" | while read -r old; do
  rm "$old"
  echo "$old: removed, $KEEP are kept"
done
`;
}

/** Restores the newest dump, or the dump that the variable `DUMP` names. */
function restoreScript(dump: Dump, roles: RolePlan): string {
  return `set -euo pipefail
cd /dumps
dumps=$(ls -1 "$DATABASE_NAME"-*.${dump.ending} 2> /dev/null | sort || true)
dump=\${DUMP:-$(tail -n 1 <<< "$dumps")}
if [ ! -f "$dump" ]; then
  echo "There is no dump \${dump:-at all}. There are: \${dumps:-none}" >&2
  exit 1
fi
${reach(dump).trim()}
${dump.restore(roles).trim()}
echo "$DATABASE_NAME is what it was in $dump"
`;
}
