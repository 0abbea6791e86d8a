import { styleText } from 'node:util';
import type { ObjectPlan } from '../../cluster/plan/object-plan';
import type { Deletion } from '../../cluster/prune/deletions';
import { titleOf } from '../../k8s/objects';
import { count, showBoth } from '../../basics/text';

/** A plan for people: one line per object, and one per changed field. */
export function changesText(plans: readonly ObjectPlan[], deletions: readonly Deletion[], terminal: boolean): string {
  const paint = (format: 'green' | 'red' | 'yellow' | 'dim', text: string) =>
    terminal ? styleText(format, text, { validateStream: false }) : text;
  const lines = plans.flatMap(({ body, action, changes, unchecked }) => {
    if (action === 'create') {
      const note = unchecked === undefined ? '' : paint('dim', '  (checked offline only)');
      return [`${paint('green', `+ ${titleOf(body)}`)}${note}`];
    }
    if (action !== 'change') return [];
    return [
      paint('yellow', `~ ${titleOf(body)}`),
      ...changes.map(({ field, from, to }) => {
        const [before, after] = showBoth(from, to);
        return `    ${field}: ${paint('red', before)} → ${paint('green', after)}`;
      }),
    ];
  });
  for (const { member, needs } of deletions)
    lines.push(
      needs === undefined
        ? paint('red', `- ${titleOf(member)}`)
        : `  ${titleOf(member)} left the charts and stays. To delete it: --${needs}`,
    );
  const taken = plans.filter(({ takesOver }) => takesOver);
  if (taken.length > 0) lines.push(`takes over ${count(taken.length, 'object')} from kubectl apply`);
  const joined = plans.filter(({ action, takesOver }) => action === 'own' && !takesOver);
  if (joined.length > 0) lines.push(`adds ${count(joined.length, 'object')} to the release; no value changes`);
  const reasons = new Map<string, number>();
  for (const { unchecked } of plans)
    if (unchecked !== undefined) reasons.set(unchecked, (reasons.get(unchecked) ?? 0) + 1);
  const offline = [...reasons].map(([reason, n]) => `${count(n, 'object')} checked offline only: ${reason}`);
  return [...lines, ...offline, summaryOf(plans, deletions), ''].join('\n');
}

/** `1 to create, 2 to change, 40 unchanged` */
function summaryOf(plans: readonly ObjectPlan[], deletions: readonly Deletion[]): string {
  const number = (...actions: ObjectPlan['action'][]) => plans.filter(({ action }) => actions.includes(action)).length;
  const [created, changed, same] = [number('create'), number('change', 'own'), number('none')];
  const deleted = deletions.filter(({ needs }) => needs === undefined).length;
  if (created + changed + deleted === 0) return `no differences in ${count(plans.length, 'object')}`;
  return [
    created > 0 && `${created} to create`,
    changed > 0 && `${changed} to change`,
    deleted > 0 && `${deleted} to delete`,
    `${same} unchanged`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** A plan for programs. */
export function changesJson(plans: readonly ObjectPlan[], deletions: readonly Deletion[]): object[] {
  const deleted = deletions.map(({ member, needs }) => ({
    object: titleOf(member),
    action: needs === undefined ? 'delete' : 'keep',
    ...(needs !== undefined && { option: `--${needs}` }),
  }));
  const written = plans
    .filter(({ action }) => action !== 'none')
    .map(({ body, action, changes, unchecked, takesOver, manifest }) => ({
      object: titleOf(body),
      path: manifest.path,
      action,
      changes,
      ...(unchecked !== undefined && { unchecked }),
      ...(takesOver && { takesOver }),
    }));
  return [...written, ...deleted];
}
