import { App, Chart } from 'cdk8s';
import type { KubeObject } from '../../src/k8s/objects';
import { CallsignError, type Problem } from '../../src/problems/problem';
import { synthesize } from '../../src/synth/synthesize';

/** A chart in a namespace, filled by `declare`. */
export function chart(declare: (chart: Chart) => void, namespace: string | null = 'shop'): App {
  const app = new App();
  declare(new Chart(app, 'shop', { namespace: namespace ?? undefined }));
  return app;
}

/** The objects that a chart becomes. */
export function objectsOf(app: App): KubeObject[] {
  return synthesize(app).flatMap(({ manifests }) => manifests.map(({ object }) => object));
}

/** The object of that kind and name, which has to be there. Its fields are read as they come. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads a manifest as a user would: any field of any kind
export function find(objects: KubeObject[], kind: string, name: string): any {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

/** What is wrong with a chart; fails when nothing is. */
export function problemsOf(app: App): readonly Problem[] {
  try {
    synthesize(app);
  } catch (error) {
    if (error instanceof CallsignError) return error.problems;
    throw error;
  }
  throw new Error('The chart was expected to have problems, and has none.');
}
