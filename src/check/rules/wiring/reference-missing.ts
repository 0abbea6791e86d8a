import { titleOf } from '../../../k8s/objects';
import { typoOf } from '../../../basics/typo';
import { declared, declaredIn, namesOfAll } from '../../world/declared';
import { namedObjects, type NamedObject } from '../../world/named';
import { meant, type Rule, type Violation } from '../rule';
import { namespaceOf, type World } from '../../world/world';

export const referenceMissing: Rule = {
  code: 'reference-missing',
  why: 'The operator cannot process the object, and only the status of the object or the log of the operator reports this.',
  fix: 'Correct the name, the kind or the namespace of the reference, or add the object.',
  *find(world) {
    const known = scopesOf(world);
    for (const named of namedObjects(world)) {
      if (isDeclared(world, named)) continue;
      const guess = otherKind(world, named) ?? otherNamespace(world, named) ?? otherName(world, named, known);
      if (!guess) continue;
      yield {
        manifest: named.manifest,
        field: named.field,
        message: `There is no ${named.kind} ${JSON.stringify(named.name)}${isClusterScope(named.kind) ? '' : ` in the namespace ${named.namespace}`}.`,
        got: named.name,
        ...guess,
      };
    }
  },
};

/** The names that references of one kind use in one namespace, and whether they are declared. */
interface Used {
  readonly declared: Set<string>;
  readonly missing: Set<string>;
}

function scopesOf(world: World): Map<string, Used> {
  const scopes = new Map<string, Used>();
  for (const named of namedObjects(world)) {
    const scope = scopeOf(named);
    const used = scopes.get(scope) ?? { declared: new Set(), missing: new Set() };
    scopes.set(scope, used);
    (isDeclared(world, named) ? used.declared : used.missing).add(named.name);
  }
  return scopes;
}

function scopeOf({ group, kind, namespace }: NamedObject): string {
  return isClusterScope(kind) ? `${kind}.${group}` : `${kind}.${group}/${namespace}`;
}

type Guess = Pick<Violation, 'expected' | 'fix'>;

function isClusterScope(kind: string): boolean {
  return kind.startsWith('Cluster');
}

function candidates(world: World, { group, kind, namespace }: Pick<NamedObject, 'group' | 'kind' | 'namespace'>) {
  return isClusterScope(kind) ? declared(world, `${kind}.${group}`) : declaredIn(world, `${kind}.${group}`, namespace);
}

function isDeclared(world: World, named: NamedObject): boolean {
  return candidates(world, named).some(({ object }) => object.metadata.name === named.name);
}

/** The name belongs to the other kind that the field accepts, such as ClusterIssuer instead of Issuer. */
function otherKind(world: World, named: NamedObject): Guess | undefined {
  const kind = named.kinds.find((one) => one !== named.kind);
  if (!kind || !isDeclared(world, { ...named, kind })) return undefined;
  return { expected: `kind: ${kind}`, fix: `Add kind: ${kind} to the reference, or add the ${named.kind}.` };
}

/** The object is declared in another namespace only. Without a namespace in the manifest, the namespace is not known. */
function otherNamespace(world: World, named: NamedObject): Guess | undefined {
  if (isClusterScope(named.kind) || named.manifest.object.metadata.namespace === undefined) return undefined;
  const elsewhere = declared(world, `${named.kind}.${named.group}`).find(
    ({ object }) => object.metadata.name === named.name && object.metadata.namespace !== undefined,
  );
  if (!elsewhere) return undefined;
  return {
    expected: `an object in the namespace ${named.namespace}`,
    fix: `${titleOf(elsewhere.object)} is in another namespace. Add one to ${named.namespace}, or move it from ${namespaceOf(elsewhere.object)}.`,
  };
}

/**
 * The cluster may have objects that are not in the manifests. A name is a mistake if it is a typing error of a declared
 * one, or if the manifests declare all others of that kind that they use.
 */
function otherName(world: World, named: NamedObject, scopes: ReadonlyMap<string, Used>): Guess | undefined {
  const names = namesOfAll(candidates(world, named));
  const used = scopes.get(scopeOf(named))!;
  // One object for the whole cluster may be an exception, so it says too little about the others.
  const isOnly = used.missing.size === 1 && used.declared.size >= (isClusterScope(named.kind) ? 2 : 1);
  return isOnly || typoOf(named.name, names) ? meant(named.name, names, `add the ${named.kind}.`) : undefined;
}
