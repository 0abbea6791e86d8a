import { App, Chart } from 'cdk8s';
import type { KubeObject } from '../../src/k8s/objects';
import { CallsignError, type Problem } from '../../src/problems/problem';
import { synthesize } from '../../src/synth/synthesize';

/** An app with one chart. `declare` adds the constructs. */
export function chart(declare: (chart: Chart) => void, namespace: string | null = 'shop'): App {
  const app = new App();
  declare(new Chart(app, 'shop', { namespace: namespace ?? undefined }));
  return app;
}

/** The objects of an app. */
export function objectsOf(app: App): KubeObject[] {
  return synthesize(app).flatMap(({ manifests }) => manifests.map(({ object }) => object));
}

/** The object of that kind and name. It must exist. Its fields have no types. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read any field of any kind
export function find(objects: KubeObject[], kind: string, name: string): any {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

/** The problems of an app. Fails if there are none. */
export function problemsOf(app: App): readonly Problem[] {
  try {
    synthesize(app);
  } catch (error) {
    if (error instanceof CallsignError) return error.problems;
    throw error;
  }
  throw new Error('The app has no problems, but problems are expected.');
}
