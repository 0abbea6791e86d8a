import { casesIn } from './cases';

/** Runs kubectl on a cluster, with manifests as its input. */
export type Kubectl = (
  args: readonly string[],
  input?: string,
) => Promise<{ readonly code: number | null; readonly error: string }>;

/** What a check and an API server do not agree on, and how many files they were asked about. */
export interface Verdicts {
  readonly asked: number;
  readonly refused: number;
  readonly disagreements: readonly string[];
}

/** Kubernetes' own tests for what it takes: nothing is kept, but for namespaces and definitions, since objects are tried in them. */
export async function verdicts(kubectl: Kubectl): Promise<Verdicts> {
  const cases = [...casesIn('broken'), ...casesIn('good').map((one) => ({ ...one, refused: false }))];
  // A namespace that the file itself declares is not there yet when the rest of it is tried.
  const namespaces = new Set(
    cases
      .filter(({ refused }) => !refused)
      .flatMap(({ text }) => [...text.matchAll(/namespace: ([\w-]+)/g)].map(([, name]) => name!)),
  );
  namespaces.delete('default');
  for (const name of namespaces) await kubectl(['create', 'namespace', name]);
  const definitions = cases
    .filter(({ refused }) => !refused)
    .flatMap(({ text }) =>
      text.split(/^---$/m).filter((document) => /^kind: CustomResourceDefinition$/m.test(document)),
    )
    .join('---');
  await kubectl(['apply', '-f', '-'], definitions);
  await kubectl(['wait', '--for=condition=Established', '-f', '-'], definitions);
  const disagreements: string[] = [];
  for (const { name, text, refused } of cases) {
    // What the cluster names itself can only be created.
    const verb = text.includes('generateName') ? ['create'] : ['apply', '--server-side', '--force-conflicts'];
    const { code, error } = await kubectl([...verb, '--dry-run=server', '--validate=strict', '-f', '-'], text);
    if ((code !== 0) !== refused)
      disagreements.push(
        `${name} is ${code === 0 ? 'taken, but the file says refused' : `refused, but the file says accepted: ${error.trim()}`}`,
      );
  }
  await kubectl(['delete', '--ignore-not-found', '-f', '-'], definitions);
  for (const name of namespaces) await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
  return { asked: cases.length, refused: cases.filter(({ refused }) => refused).length, disagreements };
}
