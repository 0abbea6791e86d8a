import type { Graph } from '../../links/graph';
import { orderOf, rankOf } from '../../synth/order';
import type { ObjectPlan } from '../plan/object-plan';
import { wavesOf } from './waves';

/** The kinds that run pods permanently. */
export const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/**
 * The plans in groups. The objects of a group are independent; a group needs the groups before it. New workloads come
 * after the workloads that they call.
 */
export function inOrder(plans: readonly ObjectPlan[], { nodes, edges }: Graph): ObjectPlan[][] {
  const groups = new Map<number, ObjectPlan[]>();
  for (const plan of plans) {
    const rank = WORKLOADS.has(plan.body.kind) ? Math.max(...[...WORKLOADS].map(orderOf)) : rankOf(plan.body);
    groups.set(rank, [...(groups.get(rank) ?? []), plan]);
  }
  const ids = new Map(nodes.map(({ id, name, namespace }) => [`${namespace}/${name}`, id]));
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, group]) => {
      const created = group.filter(({ action, body }) => action === 'create' && WORKLOADS.has(body.kind));
      if (created.length < 2) return [group];
      const idOf = ({ body: { metadata } }: ObjectPlan) => ids.get(`${metadata.namespace}/${metadata.name}`) ?? '';
      const waves = wavesOf([...new Set(created.map(idOf))], edges);
      const others = group.filter((plan) => !created.includes(plan));
      return [others, ...waves.map((wave) => created.filter((plan) => wave.includes(idOf(plan))))].filter(
        (wave) => wave.length > 0,
      );
    });
}
