import type { Construct } from 'constructs';
import { Kinds } from '../cluster/connection/kinds';
import { assertContext, connect, type Target } from '../cluster/connection/target';
import type { ObjectPlan } from '../cluster/plan/object-plan';
import { planAll, unknownTakes } from '../cluster/plan/plan';
import type { Planned } from '../cluster/plan/plan-file';
import type { Planning } from '../cluster/plan/plan-object';
import { SecretValues } from '../cluster/fields/secret-values';
import { referenceOf } from '../k8s/objects';
import { CallsignError } from '../problems/problem';
import { ConfiguredApp } from '../settings/environment';
import { APP_OPTIONS } from './app';
import type { Arguments, Io } from './command';
import { checkedManifests } from './manifests';

/** The options of the commands that compare the charts with a cluster. */
export const RELEASE_OPTIONS = {
  ...APP_OPTIONS,
  context: { type: 'string', help: 'the kubectl context of the cluster (default: the current context)' },
  take: {
    type: 'string',
    multiple: true,
    help: 'set this field although another manager owns it: deployment/web:spec.replicas (can be repeated)',
  },
  json: { type: 'boolean', help: 'print JSON' },
} as const;

/** The charts, the cluster, and what apply would do. */
export interface ReleasePlan {
  readonly app: Construct;
  readonly target: Target;
  readonly planning: Planning;
  readonly plans: readonly ObjectPlan[];
}

/** Compares the charts with the cluster, and passes the result on. The connection ends afterwards. */
export async function withRelease<T>(
  { options, lists }: Arguments,
  io: Io,
  work: (release: ReleasePlan) => Promise<T>,
): Promise<T> {
  const named = options.context as string | undefined;
  // The connection is made while the charts are loaded.
  const connecting = connect(named, io.environment);
  connecting.catch(() => undefined);
  let target: Target | undefined;
  try {
    const { app, world } = await checkedManifests(options, io);
    target = await connecting;
    if (app instanceof ConfiguredApp) assertContext(target, named, app);
    const { manifests } = world;
    const spaces = [...new Set(manifests.map(({ object }) => object.metadata.namespace).filter(Boolean))];
    const where = `context ${target.context}, namespace${spaces.length === 1 ? '' : 's'} ${spaces.join(', ') || 'none'}, Kubernetes ${target.version}`;
    (options.json ? io.error : io.out)(`${where}\n`);
    const take = new Set(lists.take);
    const unknown = unknownTakes(
      take,
      manifests.map(({ object }) => referenceOf(object)),
    );
    if (unknown.length > 0) throw new CallsignError(unknown);
    const planning = { api: target.api, kinds: await Kinds.of(target.api), secrets: new SecretValues(), take };
    return await work({ app, target, planning, plans: await planAll(manifests, planning) });
  } finally {
    // If the charts have a problem, the connection may still be starting.
    if (target) target.api.close();
    else
      void connecting.then(
        ({ api }) => api.close(),
        () => undefined,
      );
  }
}

/** What a saved plan records. */
export async function plannedOf({ app, target, planning, plans }: ReleasePlan): Promise<Planned> {
  const { metadata } = await target.api.json<{ metadata: { uid: string } }>('/api/v1/namespaces/kube-system');
  const environment = app instanceof ConfiguredApp ? app.environment : undefined;
  return { context: target.context, cluster: metadata.uid, environment, plans, secrets: planning.secrets };
}
