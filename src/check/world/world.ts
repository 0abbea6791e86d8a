import type { V1Container, V1PodSpec, V1Service } from '@kubernetes/client-node';
import { madeByCloudNativePg } from '../../k8s/cloud-native-pg';
import { titleOf, valueAt, type FieldPath, type KubeObject, type Manifest } from '../../k8s/objects';
import { readCustomKinds } from '../schema/custom-kinds';
import { declarationsOf, type Declarations } from './declarations';
import { kindName, type ManifestOf } from './kinds';
import { isNamedByTemplate, mayBe, mayBeNamed, mayMatch } from './name-patterns';
import { isBuiltIn, validateObject } from '../schema/validate-object';
import { versionErrors } from '../schema/version-errors';
import type { SchemaError } from '../schema/schema-error';
import { madeSecrets } from './generated/made-secrets';
import type { Labels, Selector } from '../../k8s/selector';
import { Outside } from './outside';
import { templateOf } from './pod-template';
import { isSystem, listOf, namespaceOf } from './values';
import { isControllerLabel, matchesPods } from './workloads/controller-labels';
import { isHook } from './workloads/hooks';

export { isSystem, isText, listOf, namespaceOf } from './values';

/** The pods of a workload. */
export interface Pods {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly spec: V1PodSpec;
  /** The path of the pod spec in the object. */
  readonly at: FieldPath;
}

/** A container and its path in the object. */
export interface ContainerAt {
  readonly container: V1Container;
  readonly at: FieldPath;
}

/** All manifests of one check, with indexes for the lookups of the rules. */
export class World {
  readonly pods: readonly Pods[];
  /** The pods of all workloads, including those that are not checked together with other objects. */
  readonly everyPod: readonly Pods[];
  readonly declarations: Declarations;
  readonly #objects = new Map<string, Manifest>();
  readonly #kinds = new Map<string, Manifest[]>();
  readonly #names = new Map<string, string[]>();
  readonly #namespaces = new Set<string>();
  readonly #podsByNamespace = new Map<string, Pods[]>();
  /** By namespace, key and value. */
  readonly #podsByLabel = new Map<string, Map<string, Map<string, Pods[]>>>();
  /** Pods of templates and of alternatives. */
  readonly #unsurePods: Pods[] = [];
  /** By kind. */
  readonly #templates = new Map<string, Manifest[]>();
  readonly #madeSecrets = new Map<string, readonly string[] | undefined>();
  /** The objects without a namespace, as `Kind/name`. */
  readonly #withoutNamespace = new Set<string>();
  /** What is declared in folders that are not checked. */
  readonly outside: Outside;

  /** The last result for each map of labels. */
  readonly #selected = new WeakMap<object, { readonly namespace: string; readonly pods: readonly Pods[] }>();
  #schemaErrors: { manifest: Manifest; error: SchemaError }[] | undefined;

  /** With the minor version of a cluster, such as 34, objects are also checked against what that version has. */
  constructor(
    readonly manifests: readonly Manifest[],
    readonly kubernetes?: number,
    outside: () => readonly KubeObject[] = () => [],
  ) {
    this.outside = new Outside(outside);
    const pods: Pods[] = [];
    const everyPod: Pods[] = [];
    const operatorPods: Pods[] = [];
    this.declarations = declarationsOf(manifests);
    const { repeated, alternatives } = this.declarations;
    for (const manifest of manifests) {
      const { metadata } = manifest.object;
      const kind = kindName(manifest.object);
      const namespace = namespaceOf(manifest.object);
      const found = podsOf(manifest, namespace);
      if (found) everyPod.push(found);
      if (repeated.has(manifest)) continue;
      if (metadata.namespace === undefined) this.#withoutNamespace.add(`${kind}/${metadata.name}`);
      for (const [secret, keys, there = namespace] of madeSecrets(manifest.object))
        this.#secretMade(there, secret, keys);
      if (alternatives.has(manifest) || isNamedByTemplate(manifest)) {
        this.#addUnsure(manifest, kind, namespace, found);
        continue;
      }
      this.#objects.set(`${kind}/${namespace}/${metadata.name}`, manifest);
      push(this.#kinds, kind, manifest);
      push(this.#names, `${kind}/${namespace}`, metadata.name);
      const made = madeByCloudNativePg(manifest.object);
      for (const object of made?.services ?? []) {
        this.#objects.set(`Service/${namespace}/${object.metadata.name}`, { ...manifest, object });
        push(this.#names, `Service/${namespace}`, object.metadata.name);
      }
      for (const [secret, keys] of Object.entries(made?.secrets ?? {})) this.#secretMade(namespace, secret, keys);
      for (const { labels, containers } of made?.pods ?? [])
        operatorPods.push({ manifest, namespace, labels, annotations: {}, spec: { containers }, at: ['spec'] });
      if (found) pods.push(found);
      const custom = found ? undefined : customPodsOf(manifest, namespace);
      if (custom) operatorPods.push(custom);
      if (kind === 'Namespace') this.#namespaces.add(metadata.name);
      else if (kind === 'Service' || found) this.#namespaces.add(namespace);
    }
    this.pods = pods;
    this.everyPod = everyPod;
    // Selectors match the pods of operators too, but the rules do not check their specs.
    for (const pod of [...pods, ...operatorPods]) {
      push(this.#podsByNamespace, pod.namespace, pod);
      const byKey = below(this.#podsByLabel, pod.namespace);
      for (const [key, value] of Object.entries(pod.labels)) push(below(byKey, key), value, pod);
    }
  }

  /** An object of a template, or one with alternatives, can be named and selected. Its content is unknown. */
  #addUnsure(manifest: Manifest, kind: string, namespace: string, pods: Pods | undefined): void {
    const { apiVersion, metadata } = manifest.object;
    const key = `${kind}/${namespace}/${metadata.name}`;
    if (kind === 'Namespace') this.#namespaces.add(metadata.name);
    if (pods) this.#unsurePods.push(pods);
    if (isNamedByTemplate(manifest)) push(this.#templates, kind, manifest);
    else if (!this.#objects.has(key)) {
      const object: KubeObject = { apiVersion, kind: manifest.object.kind, metadata };
      this.#objects.set(key, { ...manifest, object, unsure: true } as Manifest);
      push(this.#names, `${kind}/${namespace}`, metadata.name);
    }
  }

  /** Whether an object is not checked together with others. */
  isUnsure(manifest: Manifest): boolean {
    const { alternatives, repeated } = this.declarations;
    return alternatives.has(manifest) || repeated.has(manifest) || isNamedByTemplate(manifest);
  }

  /** The schema errors of all objects. */
  get schemaErrors(): readonly { readonly manifest: Manifest; readonly error: SchemaError }[] {
    if (!this.#schemaErrors) {
      const imported = new Set(this.manifests.flatMap(({ definition }) => definition ?? []));
      const declared = this.ofKind('CustomResourceDefinition').map(({ object }) => object);
      const custom = readCustomKinds([...imported, ...declared]);
      this.#schemaErrors = this.manifests.flatMap((manifest) =>
        [
          ...validateObject(manifest.object, custom),
          ...(this.kubernetes === undefined ? [] : versionErrors(manifest.object, this.kubernetes)),
        ]
          .filter((error) => !this.#isSetByKustomization(manifest, error))
          .map((error) => ({ manifest, error })),
      );
    }
    return this.#schemaErrors;
  }

  /** A kustomization that sets the namespace of a ServiceAccount also sets it in the subjects with its name. */
  #isSetByKustomization({ kustomized, object }: Manifest, { code, field }: SchemaError): boolean {
    const [list, , key] = field;
    if (!kustomized || code !== 'field-missing' || list !== 'subjects' || key !== 'namespace') return false;
    const { kind, name } = valueAt(object, field.slice(0, 2)) as { kind?: string; name?: string };
    return kind === 'ServiceAccount' && name !== undefined && this.isWithoutNamespace(kind, name);
  }

  /** Several objects can create one Secret. Its keys are known only if all of them list their keys. */
  #secretMade(namespace: string, secret: string, keys: readonly string[] | undefined): void {
    const name = `${namespace}/${secret}`;
    const known = this.#madeSecrets.has(name) ? this.#madeSecrets.get(name) : [];
    this.#madeSecrets.set(name, keys && known && [...known, ...keys]);
  }

  /** The object of that kind and name, if it is in the manifests. */
  find<Kind extends string>(kind: Kind, namespace: string, name: string): ManifestOf<Kind> | undefined {
    const found = this.#objects.get(`${kind}/${namespace}/${name}`) ?? this.#inTemplate(kind, namespace, name);
    return found as ManifestOf<Kind> | undefined;
  }

  #inTemplate(kind: string, namespace: string, name: string): Manifest | undefined {
    const template = this.#templates.get(kind)?.find((manifest) => mayBeNamed(manifest, namespace, name));
    const { apiVersion } = template?.object ?? {};
    return template && ({ ...template, object: { apiVersion, kind, metadata: { name } }, unsure: true } as Manifest);
  }

  /** The objects of a kind. */
  ofKind<Kind extends string>(kind: Kind): readonly ManifestOf<Kind>[] {
    return (this.#kinds.get(kind) ?? []) as readonly Manifest[] as readonly ManifestOf<Kind>[];
  }

  /** The names of all objects of a kind in a namespace. */
  namesOf(kind: string, namespace: string): string[] {
    return this.#names.get(`${kind}/${namespace}`) ?? [];
  }

  /** Whether the manifests declare a namespace, or contain its Services or pods. */
  knowsNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace) && !isSystem(namespace);
  }

  /** Whether the manifests contain workloads of a namespace. */
  hasPods(namespace: string): boolean {
    return this.#podsByNamespace.has(namespace);
  }

  /** Whether a selector matches pods of a namespace, including those whose content is unknown. */
  selectsAny(namespace: string, selector: Selector): boolean {
    return (
      this.select(namespace, selector).length > 0 ||
      this.#unsurePods.some((pods) => mayBe(pods.namespace, namespace) && mayMatch(selector, pods.labels))
    );
  }

  /** Whether an object of that kind and name has no namespace. `kubectl apply -n` puts it into any namespace. */
  isWithoutNamespace(kind: string, name: string): boolean {
    return this.#withoutNamespace.has(`${kind}/${name}`);
  }

  /** The keys of the labels of all pods in a namespace. */
  labelKeys(namespace: string): Iterable<string> {
    return this.#podsByLabel.get(namespace)?.keys() ?? [];
  }

  /** The values of a label that pods of a namespace have. */
  labelValues(namespace: string, key: string): Iterable<string> {
    return this.#podsByLabel.get(namespace)?.get(key)?.keys() ?? [];
  }

  /** The pods of a namespace that a selector matches. Several rules ask for the same labels. */
  select(namespace: string, selector: Selector): readonly Pods[] {
    const { matchLabels, matchExpressions } = selector;
    // In a broken manifest, the labels can be anything.
    const isMap = typeof matchLabels === 'object' && matchLabels !== null;
    if (!isMap || matchExpressions) return this.#findPods(namespace, selector);
    const known = this.#selected.get(matchLabels);
    if (known?.namespace === namespace) return known.pods;
    const pods = this.#findPods(namespace, selector);
    this.#selected.set(matchLabels, { namespace, pods });
    return pods;
  }

  #findPods(namespace: string, selector: Selector): readonly Pods[] {
    // Start with the label that the fewest pods have.
    let candidates = this.#podsByNamespace.get(namespace) ?? [];
    for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
      if (isControllerLabel(key)) continue;
      const having = this.#podsByLabel.get(namespace)?.get(key)?.get(value) ?? [];
      if (having.length < candidates.length) candidates = having;
    }
    // One of the pods that an operator creates for one object is enough.
    const found = candidates.filter((pods) => matchesPods(selector, pods));
    if (found.length < 2) return found;
    const seen = new Set<Manifest>();
    const all = found.filter(({ manifest }) => !seen.has(manifest) && seen.add(manifest));
    // The pod of a Helm test often has the labels of the program that it tests.
    const installed = all.filter(({ manifest }) => !isHook(manifest.object));
    return installed.length > 0 ? installed : all;
  }

  /** Whether a namespace has a Secret with a certificate, declared or created in the cluster. */
  makesCertificates(namespace: string): boolean {
    const declared = this.namesOf('Secret', namespace).some(
      (name) => this.find('Secret', namespace, name)?.object.type === 'kubernetes.io/tls',
    );
    return (
      declared ||
      [...this.#madeSecrets].some(([id, keys]) => id.startsWith(`${namespace}/`) && keys?.includes('tls.crt'))
    );
  }

  /** A Secret that is created in the cluster, with its keys if they are known. */
  secretMadeInCluster(namespace: string, name: string): { readonly keys: readonly string[] | undefined } | undefined {
    const id = `${namespace}/${name}`;
    return this.#madeSecrets.has(id) ? { keys: this.#madeSecrets.get(id) } : undefined;
  }
}

const containers = new WeakMap<Pods, readonly ContainerAt[]>();

/** All containers of a pod, including init containers. */
export function containersOf(pods: Pods): readonly ContainerAt[] {
  let all = containers.get(pods);
  if (!all) {
    const fields = ['initContainers', 'containers'] as const;
    all = fields.flatMap((field) =>
      listOf(pods.spec[field]).map((container, i) => ({ container, at: [...pods.at, field, i] })),
    );
    containers.set(pods, all);
  }
  return all;
}

/** The Services of the manifests, with their specs. */
export function* servicesIn(
  world: World,
): Generator<{ manifest: Manifest; namespace: string; spec: NonNullable<V1Service['spec']> }> {
  for (const manifest of world.ofKind('Service')) {
    const { spec } = manifest.object;
    if (spec && typeof spec === 'object') yield { manifest, namespace: namespaceOf(manifest.object), spec };
  }
}

/** The name of pods in messages: the title of their workload. */
export function podsTitle({ manifest }: Pods): string {
  return titleOf(manifest.object);
}

function podsOf(manifest: Manifest, namespace: string): Pods | undefined {
  const template = templateOf(manifest.object);
  return template && { manifest, namespace, ...template };
}

/** The pods of a custom kind with a pod template, such as a DeploymentConfig of OpenShift or a Rollout of Argo. */
function customPodsOf(manifest: Manifest, namespace: string): Pods | undefined {
  const { apiVersion, kind, spec } = manifest.object;
  if (isBuiltIn(apiVersion, kind)) return undefined;
  const { template } = (spec ?? {}) as {
    template?: {
      metadata?: { labels?: Labels; annotations?: Record<string, unknown> } | null;
      spec?: V1PodSpec | null;
    };
  };
  if (!Array.isArray(template?.spec?.containers)) return undefined;
  const { labels, annotations } = template.metadata ?? {};
  return {
    manifest,
    namespace,
    labels: labels ?? {},
    annotations: annotations ?? {},
    spec: template.spec,
    at: ['spec', 'template', 'spec'],
  };
}

function below<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let inner = map.get(key);
  if (!inner) map.set(key, (inner = new Map()));
  return inner;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
