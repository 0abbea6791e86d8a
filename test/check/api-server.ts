import { atOnce } from '../../src/basics/at-once';
import { casesIn } from './cases';

/** Most of the time of a dry run is the start of kubectl. */
const AT_ONCE = 4;

/** Runs kubectl on a cluster, with manifests as its input. */
export type Kubectl = (
  args: readonly string[],
  input?: string,
) => Promise<{ readonly code: number | null; readonly error: string }>;

/** The differences between the check and an API server, and the number of compared files. */
export interface Verdicts {
  readonly asked: number;
  readonly refused: number;
  readonly disagreements: readonly string[];
}

/** Applies each file to an API server as a dry run. Only namespaces and definitions are created, because other objects need them. */
export async function verdicts(kubectl: Kubectl): Promise<Verdicts> {
  const cases = [...casesIn('broken'), ...casesIn('good').map((one) => ({ ...one, refused: false }))];
  // A dry run does not create the namespaces in a file, so the other objects of the file would be rejected.
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
  const answers = await atOnce(cases, AT_ONCE, async ({ name, text, refused }) => {
    // An object with a generated name cannot be applied, only created.
    const verb = text.includes('generateName') ? ['create'] : ['apply', '--server-side', '--force-conflicts'];
    const { code, error } = await kubectl([...verb, '--dry-run=server', '--validate=strict', '-f', '-'], text);
    if ((code !== 0) === refused) return undefined;
    return `${name} is ${code === 0 ? 'accepted, but its first line says refused' : `refused, but its first line says accepted: ${error.trim()}`}`;
  });
  await kubectl(['delete', '--ignore-not-found', '-f', '-'], definitions);
  for (const name of namespaces) await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
  return {
    asked: cases.length,
    refused: cases.filter(({ refused }) => refused).length,
    disagreements: answers.filter((answer) => answer !== undefined),
  };
}
