import { writeSync } from 'node:fs';
import { check } from '../../src/check/check';
import type { KubeObject } from '../../src/k8s/objects';
import { objectsOf } from '../constructs/render';
import { ALL_CHARTS, ALL_ENVIRONMENTS } from '../charts/all';
import { mutantsOf, manifestsOf } from './mutants';

// Breaks the charts with typing errors, one at a time. The check must report each of them (`npm run mutate`).
let [made, survived] = [0, 0];
const byKind = new Map<string, number>();
const charts = {
  ...ALL_CHARTS,
  ...Object.fromEntries(Object.entries(ALL_ENVIRONMENTS).map(([name, { make }]) => [name, make])),
};
for (const [name, chart] of Object.entries(charts)) {
  const objects: KubeObject[] = objectsOf(chart());
  const problems = check(manifestsOf(objects), 'hardened');
  if (problems.length > 0) throw new Error(`${name} has a problem before any change: ${problems[0]!.message}`);
  for (const { what, kind, objects: changed } of mutantsOf(objects)) {
    made++;
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    if (check(manifestsOf(changed), 'hardened').length > 0) continue;
    survived++;
    writeSync(1, `survived in ${name}: ${what}\n`);
  }
}
writeSync(1, `${[...byKind].map(([kind, n]) => `${n} ${kind}`).join(', ')}\n${made} mutants, ${survived} survivors\n`);
process.exitCode = survived === 0 ? 0 : 1;
