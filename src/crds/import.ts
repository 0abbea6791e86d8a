import { show } from '../basics/text';
import { readManifests } from '../check/read/read';
import { validateObject } from '../check/schema/validate-object';
import type { CustomDefinition, Manifest } from '../k8s/objects';
import { CallsignError, type Problem } from '../problems/problem';
import { moduleText } from './module-text';

/** A module with the classes of a custom kind. */
export interface ImportedKind {
  /** The name of the definition, which is unique in a cluster: `certificates.cert-manager.io`. */
  readonly name: string;
  readonly kind: string;
  readonly versions: readonly string[];
  readonly text: string;
}

/** Turns the CustomResourceDefinitions of YAML files into modules. Other objects are passed over. */
export function importDefinitions(
  sources: readonly { readonly file: string; readonly text: string }[],
  library: string,
): ImportedKind[] {
  const problems: Problem[] = [];
  const kinds = new Map<string, ImportedKind>();
  for (const { file, text } of sources) {
    const read = readManifests(text, file);
    problems.push(...read.problems);
    const definitions = read.manifests.filter(({ object }) => object.kind === 'CustomResourceDefinition');
    if (definitions.length === 0 && read.problems.length === 0) problems.push(noDefinition(file));
    for (const manifest of definitions) {
      const found = problemsOf(manifest);
      problems.push(...found);
      if (found.length > 0) continue;
      const definition = trimmed(manifest);
      const { names, versions } = definition.spec;
      kinds.set(definition.metadata.name, {
        name: definition.metadata.name,
        kind: names.kind,
        versions: versions.filter(({ served }) => served).map(({ name }) => name),
        text: moduleText(definition, library),
      });
    }
  }
  if (problems.length > 0) throw new CallsignError(problems);
  return [...kinds.values()];
}

/** What makes a definition unusable. */
function problemsOf(manifest: Manifest): Problem[] {
  const { object } = manifest;
  const invalid = [...validateObject(object)].map(({ field, ...error }) => ({
    ...error,
    place: manifest.place(field),
  }));
  if (invalid.length > 0) return invalid;
  const { versions } = (object as CustomDefinition).spec;
  if (versions.some(({ served }) => served)) return [];
  return [
    {
      code: 'definition-invalid',
      place: manifest.place(['spec', 'versions']),
      message: `${show(object.metadata.name)} serves no version.`,
      expected: 'a version with served: true',
      fix: 'Import the definition of a release that serves a version.',
    },
  ];
}

function noDefinition(file: string): Problem {
  return {
    code: 'definition-invalid',
    place: { file, line: 1 },
    message: 'The file has no CustomResourceDefinition.',
    expected: 'kind: CustomResourceDefinition',
    fix: 'Name the file with the definitions, or print them: kubectl get crd NAME -o yaml.',
  };
}

/** The parts of a definition that describe its objects. */
function trimmed({ object }: Manifest): CustomDefinition {
  const { apiVersion, kind, metadata, spec } = object as CustomDefinition;
  const { group, scope, names, versions } = spec;
  return {
    apiVersion,
    kind,
    metadata: { name: metadata.name },
    spec: { group, scope, names: { kind: names.kind }, versions },
  };
}
