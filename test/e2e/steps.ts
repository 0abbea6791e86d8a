import type { Step } from './context';
import { apply } from './steps/apply';
import { apiServerAgrees } from './steps/api-server-agrees';
import { autoscale } from './steps/autoscale';
import { autoscaleByLag } from './steps/autoscale-by-lag';
import { brokenRelease } from './steps/broken-release';
import { byName } from './steps/by-name';
import { containers } from './steps/containers';
import { databaseDown } from './steps/database-down';
import { databases } from './steps/databases';
import { deadPart } from './steps/dead-part';
import { dnsDown } from './steps/dns-down';
import { eventLog } from './steps/event-log';
import { fresh } from './steps/fresh';
import { gateway } from './steps/gateway';
import { handOver } from './steps/hand-over';
import { imported } from './steps/imported';
import { ledger } from './steps/ledger';
import { live } from './steps/live';
import { metrics } from './steps/metrics';
import { moveGateway } from './steps/move-gateway';
import { moveLog } from './steps/move-log';
import { noFailures } from './steps/no-failures';
import { nodeDies } from './steps/node-dies';
import { oneNumber } from './steps/one-number';
import { onlyChanged } from './steps/only-changed';
import { operate } from './steps/operate';
import { people } from './steps/people';
import { pods } from './steps/pods';
import { policies } from './steps/policies';
import { postgresCluster } from './steps/postgres-cluster';
import { postgresNodeDies } from './steps/postgres-node-dies';
import { prune } from './steps/prune';
import { registry } from './steps/registry';
import { releases } from './steps/releases';
import { replay } from './steps/replay';
import { rollback } from './steps/rollback';
import { roles } from './steps/roles';
import { roomForAll } from './steps/room-for-all';
import { schedule } from './steps/schedule';
import { shapes } from './steps/shapes';
import { slowRollout } from './steps/slow-rollout';
import { kompose } from './steps/kompose';
import { stacks } from './steps/stacks';
import { staticSite } from './steps/static-site';
import { tasks } from './steps/tasks';
import { traces } from './steps/traces';
import { usage } from './steps/usage';
import { wait } from './steps/wait';
import { weights } from './steps/weights';

/**
 * All steps, in the order in which they run. First come the main promises, the most disruptive ones at the end. Then
 * come the others that use the blog, and at last those that do not touch it, several at once. Steps that measure seconds
 * or count failed requests run alone.
 */
export const STEPS: readonly Step[] = [
  fresh,
  people,
  byName,
  oneNumber,
  onlyChanged,
  noFailures,
  ledger,
  replay,
  deadPart,
  databaseDown,
  nodeDies,
  postgresNodeDies,
  policies,
  apiServerAgrees,
  autoscale,
  autoscaleByLag,
  wait,
  shapes,
  weights,
  moveGateway,
  usage,
  metrics,
  roles,
  postgresCluster,
  eventLog,
  moveLog,
  operate,
  roomForAll,
  releases,
  brokenRelease,
  registry,
  live,
  dnsDown,
  slowRollout,
  databases,
  tasks,
  schedule,
  gateway,
  pods,
  traces,
  staticSite,
  imported,
  stacks,
  kompose,
  apply,
  prune,
  handOver,
  rollback,
  containers,
];
