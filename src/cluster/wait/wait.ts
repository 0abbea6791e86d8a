import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Service } from '@kubernetes/client-node';
import { cut } from '../../basics/text';
import type { Graph } from '../../links/graph';
import { identityOf, titleOf, type Manifest } from '../../k8s/objects';
import type { Problem } from '../../problems/problem';
import type { ApiServer } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import type { SecretValues } from '../fields/secret-values';
import { readState } from './cluster-state';
import { patienceFor } from './deadline';
import { dependenciesOf } from './dependencies';
import { explain } from './explain';
import { patientWithGenerated } from './generated-secrets';
import { isWatched, readinessOf } from './kinds/readiness-of';
import { waiting, type Readiness, type Trouble } from './readiness';
import { remember, verdictOf, type History } from './verdict';

const POLL_MS = 500;
/** Every node updates its routes to pods a moment after the EndpointSlices change. */
const SETTLE_MS = 1_000;

/** The result of waiting. */
export interface Waited {
  readonly problems: readonly Problem[];
  /** The objects that are not ready, with what each one waits for. */
  readonly blocked: readonly { readonly object: string; readonly needs: readonly string[] }[];
  /** Objects that never say whether they are ready. */
  readonly silent: readonly string[];
}

interface Waiting {
  readonly api: ApiServer;
  readonly kinds: Kinds;
  readonly secrets: SecretValues;
  readonly graph: Graph;
  readonly stop: AbortSignal;
  /** What each object waits for, after each look. Empty texts are ready. */
  readonly onLook: (texts: ReadonlyMap<string, string>) => void;
}

/** Waits until all objects are ready, or one has failed. */
export async function waitUntilReady(manifests: readonly Manifest[], waitingFor: Waiting): Promise<Waited> {
  const { api, kinds, secrets, graph, stop, onLook } = waitingFor;
  const watched = manifests.filter(({ object }) => isWatched(object));
  const objects = watched.map(({ object }) => object);
  const services = manifests
    .filter(({ object }) => object.kind === 'Service')
    .map(({ object }) => object as unknown as V1Service);
  const needs = dependenciesOf(objects, graph);
  const titles = new Map(objects.map((object) => [identityOf(object), titleOf(object)]));
  const patient = patientWithGenerated(objects);
  const histories = new Map<string, History>();

  for (let look = 0; ; look++) {
    const state = await readState(objects, { api, kinds });
    const readiness = new Map(
      objects.map((object) => {
        const live = state.objects.get(identityOf(object));
        const is = live ? readinessOf(live, state, services) : waiting('it does not exist');
        return [identityOf(object), patient(is)] as const;
      }),
    );
    const isMissing = (identity: string) => readiness.get(identity)?.state === 'waiting';
    const verdicts = new Map<Manifest, Trouble>();
    const now = Date.now();
    for (const manifest of watched) {
      const identity = identityOf(manifest.object);
      const isUnblocked = !(needs.get(identity) ?? []).some(isMissing);
      const observation = { readiness: readiness.get(identity)!, isUnblocked, now };
      const history = remember(histories.get(identity), observation);
      histories.set(identity, history);
      const verdict = verdictOf(history, observation, patienceFor(manifest.object));
      if (verdict) verdicts.set(manifest, verdict);
    }
    onLook(new Map([...readiness].map(([identity, is]) => [titles.get(identity)!, textOf(is)])));

    const blocked = objects
      .filter((object) => isMissing(identityOf(object)))
      .map((object) => ({
        object: titleOf(object),
        needs: (needs.get(identityOf(object)) ?? []).filter(isMissing).map((identity) => titles.get(identity)!),
      }));
    const silent = objects.filter((object) => readiness.get(identityOf(object))?.state === 'silent').map(titleOf);
    if (blocked.length === 0) {
      if (look > 0) await sleep(SETTLE_MS);
      return { problems: [], blocked, silent };
    }
    if (verdicts.size > 0 || stop.aborted) {
      const problems = await Promise.all(
        [...verdicts].map(([manifest, trouble]) => explain(manifest, trouble, { api, secrets })),
      );
      return { problems, blocked, silent };
    }
    await sleep(POLL_MS);
  }
}

function textOf(readiness: Readiness): string {
  if (readiness.state !== 'waiting') return '';
  const { text, trouble } = readiness;
  return trouble ? `${text} (${trouble.reason}: ${cut(trouble.message.split('\n')[0]!, 160)})` : text;
}
