import { styleText } from 'node:util';
import type { ObjectPlan } from '../../cluster/plan/object-plan';
import { titleOf } from '../../k8s/objects';
import { count, show } from '../../basics/text';

/** A plan for people: one line per object, and one per changed field. */
export function changesText(plans: readonly ObjectPlan[], terminal: boolean): string {
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
      ...changes.map(
        ({ field, from, to }) =>
          `    ${field}: ${paint('red', from === undefined ? 'not set' : show(from))} → ${paint('green', to === undefined ? 'not set' : show(to))}`,
      ),
    ];
  });
  for (const [took, from] of [
    [true, 'from kubectl apply'],
    [false, 'from other managers: no value changes'],
  ] as const) {
    const objects = plans.filter(({ action, takesOver }) => takesOver === took && (took || action === 'own'));
    if (objects.length > 0) lines.push(`takes over ${count(objects.length, 'object')} ${from}`);
  }
  const reasons = new Map<string, number>();
  for (const { unchecked } of plans)
    if (unchecked !== undefined) reasons.set(unchecked, (reasons.get(unchecked) ?? 0) + 1);
  const offline = [...reasons].map(([reason, n]) => `${count(n, 'object')} checked offline only: ${reason}`);
  return [...lines, ...offline, summaryOf(plans), ''].join('\n');
}

/** `1 to create, 2 to change, 40 unchanged` */
function summaryOf(plans: readonly ObjectPlan[]): string {
  const number = (...actions: ObjectPlan['action'][]) => plans.filter(({ action }) => actions.includes(action)).length;
  const [created, changed, same] = [number('create'), number('change', 'own'), number('none')];
  if (created + changed === 0) return `no differences in ${count(plans.length, 'object')}`;
  return [created > 0 && `${created} to create`, changed > 0 && `${changed} to change`, `${same} unchanged`]
    .filter(Boolean)
    .join(', ');
}

/** A plan for programs. */
export function changesJson(plans: readonly ObjectPlan[]): object[] {
  return plans
    .filter(({ action }) => action !== 'none')
    .map(({ body, action, changes, unchecked, takesOver, manifest }) => ({
      object: titleOf(body),
      path: manifest.path,
      action,
      changes,
      ...(unchecked !== undefined && { unchecked }),
      ...(takesOver && { takesOver }),
    }));
}
