import type { Construct } from 'constructs';
import { Chart } from 'cdk8s';
import { count } from '../basics/text';
import { Kinds } from '../cluster/connection/kinds';
import type { Target } from '../cluster/connection/target';
import type { ObjectPlan } from '../cluster/plan/object-plan';
import { planAll, unknownTakes } from '../cluster/plan/plan';
import type { Planned } from '../cluster/plan/plan-file';
import type { Planning } from '../cluster/plan/plan-object';
import { DELETE_OPTIONS, deletionsOf, type Deletion } from '../cluster/prune/deletions';
import { ApplySet, type ReleaseName } from '../cluster/release/apply-set';
import { ReleaseHistory } from '../cluster/release/history';
import { membersOf, type ReleasedObject } from '../cluster/release/members';
import { SecretValues } from '../cluster/fields/secret-values';
import { referenceOf, titleOf, type Manifest } from '../k8s/objects';
import { graphOf, type Graph } from '../links/graph';
import { CallsignError } from '../problems/problem';
import { ConfiguredApp } from '../settings/environment';
import { CLUSTER_OPTIONS, withCluster } from './cluster';
import type { Arguments, Io } from './command';

/** The options of the commands that compare the charts with a cluster. */
export const RELEASE_OPTIONS = {
  ...CLUSTER_OPTIONS,
  take: {
    type: 'string',
    multiple: true,
    help: 'set this field although another manager owns it: deployment/web:spec.replicas (can be repeated)',
  },
  'delete-namespaces': {
    type: 'boolean',
    help: 'also delete namespaces that left the charts, with everything in them',
  },
  'delete-claims': { type: 'boolean', help: 'also delete claims that left the charts, with their data' },
  'delete-definitions': {
    type: 'boolean',
    help: 'also delete CustomResourceDefinitions that left the charts, with all their objects',
  },
  'delete-secrets': {
    type: 'boolean',
    help: 'also delete generated Secrets, such as passwords of databases that left the charts',
  },
  'same-application': {
    type: 'boolean',
    help: 'all objects of the release left the charts, and the release is still of this application: delete them',
  },
} as const;

/** The part of the usage for these options. */
export const RELEASE_USAGE =
  '[--take KIND/NAME:FIELD] [--delete-namespaces] [--delete-claims] [--delete-definitions] [--delete-secrets] [--same-application] [--context NAME] [--app FILE] [--env NAME] [--json]';

/** The charts, the cluster, and what apply would do. */
export interface ReleasePlan {
  readonly app: Construct;
  readonly target: Target;
  readonly graph: Graph;
  readonly planning: Planning;
  readonly plans: readonly ObjectPlan[];
  /** The objects that left the charts. */
  readonly deletions: readonly Deletion[];
  readonly set: ApplySet;
  readonly history: ReleaseHistory;
  readonly environment: string | undefined;
}

/** Compares the charts with the cluster, and passes the result on. The connection ends afterwards. */
export function withRelease<T>(args: Arguments, io: Io, work: (release: ReleasePlan) => Promise<T>): Promise<T> {
  return withCluster(args, io, async ({ app, manifests, target }) =>
    work(await planRelease({ app, manifests, target, graph: graphOf(app) }, args)),
  );
}

interface ToPlan {
  readonly app: Construct;
  readonly manifests: readonly Manifest[];
  readonly target: Target;
  readonly graph: Graph;
}

/** What apply would do with these manifests. */
export async function planRelease(
  { app, manifests, target, graph }: ToPlan,
  { options, lists }: Arguments,
): Promise<ReleasePlan> {
  const take = new Set(lists.take);
  const unknown = unknownTakes(
    take,
    manifests.map(({ object }) => referenceOf(object)),
  );
  if (unknown.length > 0) throw new CallsignError(unknown);
  const { api } = target;
  const release = releaseNameOf(app);
  const [kinds, set] = await Promise.all([Kinds.of(api), ApplySet.read(api, release)]);
  const desired = manifests.map(({ object }) => object);
  const allowed = new Set(DELETE_OPTIONS.filter((option) => options[option]));
  const reading = set.extent ? membersOf(set.extent, set.id, { api, kinds }) : Promise.resolve([]);
  const comparing = reading.then((members) => deletionsOf(members, desired, { api, kinds, allowed }));
  const freed = comparing.then((deletions) => new Set(deletions.flatMap(({ frees }) => frees ?? [])));
  // If a permission is missing, the plan names all of them.
  for (const promise of [reading, comparing, freed]) promise.catch(() => undefined);
  const planning = { api, kinds, secrets: new SecretValues(), take, freed, partOf: set.id };
  const plans = await planAll(manifests, planning);
  const [members, deletions] = [await reading, await comparing];
  if (!options['same-application']) assertSameApplication(release, members, deletions);
  const environment = app instanceof ConfiguredApp ? app.environment : undefined;
  const history = new ReleaseHistory(api, release);
  return { app, target, graph, planning, plans, deletions, set, history, environment };
}

/** What a saved plan records. */
export async function plannedOf(release: ReleasePlan): Promise<Planned> {
  const { target, planning, plans, deletions, environment } = release;
  const { metadata } = await target.api.json<{ metadata: { uid: string } }>('/api/v1/namespaces/kube-system');
  return { context: target.context, cluster: metadata.uid, environment, plans, deletions, secrets: planning.secrets };
}

/** The release of the environment. */
export function releaseNameOf(app: Construct): ReleaseName {
  const { release, namespace = 'default' } = app instanceof ConfiguredApp ? app.cluster : {};
  const chart = app.node.findAll().find((node) => Chart.isChart(node));
  return { name: release ?? chart?.node.id.toLowerCase() ?? 'callsign', namespace };
}

/** Two applications with the same name of the release would delete each other's objects. */
function assertSameApplication(
  { name }: ReleaseName,
  members: readonly ReleasedObject[],
  deletions: readonly Deletion[],
): void {
  const leaving = deletions.filter(({ leftBehindBy }) => leftBehindBy === undefined);
  if (leaving.length === 0 || leaving.length < members.length) return;
  const [first] = leaving;
  throw new CallsignError([
    {
      code: 'release-taken',
      message: `The release ${name} in this cluster contains no object of these charts, but ${count(members.length, 'other object')}.`,
      got: `for instance ${titleOf(first!.member)}`,
      fix: 'If this is another application, give its release another name: cluster: { release: … } in the environment. If all objects were renamed, add --same-application.',
    },
  ]);
}
