import type { Variables } from '../cluster/connection/kubectl-child';
import type { Target } from '../cluster/connection/target';
import type { ConfiguredApp } from '../settings/environment';
import type { ChartNeeds } from './charts';
import { isAskedFor, tryToConnect } from './connection';
import { dockerFinding } from './docker';
import type { Finding } from './finding';
import { ingressFinding } from './ingress';
import { findKind, kindFinding } from './kind';
import { askKubectl, kubectlFinding } from './kubectl';
import { networkPoliciesFinding } from './network-policies';
import { nodeFinding, supportedNode } from './node-js';
import { nodeImagesFinding } from './node-images';
import { nodesFinding } from './nodes';
import { ClusterReader } from './reader';
import { requirementFindings } from './requirement-findings';
import { storageFinding } from './storage';

/** What is checked. */
export interface Checked {
  readonly environment: Variables;
  readonly context: string | undefined;
  /** Undefined without charts. */
  readonly app: Pick<ConfiguredApp, 'cluster' | 'environment'> | undefined;
  /** Undefined without charts, or if they cannot be synthesized. */
  readonly charts: ChartNeeds | undefined;
  /** The result of loading the charts. */
  readonly chartsFinding: Finding;
  /** The options that select the charts, such as ` --env dev`. */
  readonly selection: string;
}

/** Stands for all checks in the cluster. */
const NOT_CONNECTED: Finding = {
  name: 'in-cluster',
  state: 'not-checked',
  found: 'no connection, so nodes, ingress, storage, policies and images are not checked',
  why: 'what the charts need there',
};

/** Checks this machine and the cluster. All checks run at the same time, and each ends within seconds. */
export async function runChecks(checked: Checked): Promise<Finding[]> {
  const { environment } = checked;
  const [docker, kind, kubectl, connection] = await Promise.all([
    dockerFinding(environment),
    findKind(environment),
    askKubectl(environment),
    tryToConnect(checked),
  ]);
  const { target, context } = connection;
  try {
    return [
      nodeFinding(process.version, supportedNode()),
      docker,
      kindFinding(kind, { context, isConnected: target !== undefined }),
      kubectlFinding(kubectl, target?.version, isAskedFor(checked)),
      checked.chartsFinding,
      connection.finding,
      ...(target ? await clusterFindings(target, checked) : [NOT_CONNECTED]),
    ];
  } finally {
    target?.api.close();
  }
}

async function clusterFindings(target: Target, { charts, selection }: Checked): Promise<Finding[]> {
  const cluster = new ClusterReader(target.api);
  const [fixed, required] = await Promise.all([
    Promise.all([
      nodesFinding(cluster),
      ingressFinding(cluster, charts),
      storageFinding(cluster, charts),
      networkPoliciesFinding(cluster, charts),
      ...(charts ? [nodeImagesFinding(cluster, charts, { context: target.context, selection })] : []),
    ]),
    charts ? requirementFindings(cluster, target, charts.requirements) : [],
  ]);
  return [...fixed, ...required];
}
