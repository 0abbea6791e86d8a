import { addressesIn } from '../../src/check/world/network/hosts';
import { matches, type Selector } from '../../src/k8s/selector';
import type { FieldPath, KubeObject, Manifest } from '../../src/k8s/objects';
import { fieldText, titleOf } from '../../src/k8s/objects';

/** Manifests with one broken reference. */
export interface Mutant {
  /** The kind of reference, such as `port`. */
  readonly kind: string;
  /** The field, the old value and the new value. */
  readonly what: string;
  readonly objects: KubeObject[];
}

/** A value that is part of a reference, and the value with a typing error. */
interface Mistake {
  readonly kind: string;
  readonly object: KubeObject;
  readonly field: FieldPath;
  readonly by: unknown;
}

type Json = Record<string, any>; // eslint-disable-line typescript/no-explicit-any -- manifests are not validated

export function manifestsOf(objects: readonly KubeObject[]): Manifest[] {
  return objects.map((object) => ({ object, place: () => undefined }));
}

/** Breaks each reference, one at a time. A value that no reference uses is not changed, because the change would break nothing. */
export function* mutantsOf(objects: readonly KubeObject[]): Generator<Mutant> {
  for (const { kind, object, field, by } of mistakesOf(objects)) {
    const changed = objects.map((one) => (one === object ? structuredClone(one) : one));
    const parent = field
      .slice(0, -1)
      .reduce<Json>((value, key) => value[key] as Json, changed[objects.indexOf(object)]!);
    const last = field.at(-1)!;
    const was: unknown = parent[last];
    parent[last] = by;
    yield {
      kind,
      what: `${kind}: ${titleOf(object)} · ${fieldText(field)}: ${JSON.stringify(was)} → ${JSON.stringify(by)}`,
      objects: changed,
    };
  }
}

const other = (value: unknown): unknown => (typeof value === 'number' ? value + 1 : `${String(value)}x`);

function* mistakesOf(objects: readonly KubeObject[]): Generator<Mistake> {
  const read = whatIsRead(objects);
  for (const object of objects) {
    const { kind, metadata } = object;
    const spec = (object.spec ?? {}) as Json;
    const mistake = (of: string, ...field: FieldPath): Mistake => ({
      kind: of,
      object,
      field,
      by: other(field.reduce<Json>((value, key) => value[key] as Json, object)),
    });
    if (metadata.namespace !== undefined) yield mistake('namespace', 'metadata', 'namespace');
    if (kind === 'Namespace') yield mistake('namespace', 'metadata', 'name');
    yield* podMistakes(object, mistake, read);
    if (kind === 'Service') {
      for (const key of Object.keys((spec.selector ?? {}) as object))
        yield mistake('selector', 'spec', 'selector', key);
      for (const [i, port] of ((spec.ports ?? []) as Json[]).entries()) {
        // Callers of a headless Service use the ports of its pods.
        if (spec.clusterIP !== 'None' && read.servicePorts.has(`${metadata.name}:${port.port}`))
          yield mistake('port', 'spec', 'ports', i, 'port');
        if (read.servicePorts.has(`${metadata.name}:${port.name}`))
          yield mistake('port name', 'spec', 'ports', i, 'name');
        if (port.targetPort !== undefined)
          yield mistake(typeof port.targetPort === 'number' ? 'port' : 'port name', 'spec', 'ports', i, 'targetPort');
      }
    }
    if (kind === 'Ingress') yield* ingressMistakes(spec, mistake);
    if (kind === 'NetworkPolicy') yield* policyMistakes(spec, mistake);
    if (kind === 'PodDisruptionBudget')
      yield* selectorMistakes(spec.selector as Selector, mistake, ['spec', 'selector']);
    if (kind === 'HorizontalPodAutoscaler') yield mistake('name', 'spec', 'scaleTargetRef', 'name');
    if (kind.endsWith('RoleBinding')) {
      yield mistake('name', 'roleRef', 'name');
      for (const [i, subject] of (object.subjects as Json[]).entries()) {
        yield mistake('name', 'subjects', i, 'name');
        if (subject.namespace !== undefined) yield mistake('namespace', 'subjects', i, 'namespace');
      }
    }
  }
}

/** The namespaces of programs that are not in the charts: an own controller, and Prometheus. */
const OUTSIDE = new Set(['traefik-internal', 'monitoring']);

type Breaker = (kind: string, ...field: FieldPath) => Mistake;

function* selectorMistakes(selector: Selector, mistake: Breaker, at: FieldPath): Generator<Mistake> {
  for (const key of Object.keys(selector.matchLabels ?? {})) yield mistake('selector', ...at, 'matchLabels', key);
  for (const [i, { operator, values }] of (selector.matchExpressions ?? []).entries()) {
    // With NotIn, a changed value matches more pods and breaks nothing.
    if (operator === 'In')
      for (const v of (values ?? []).keys()) yield mistake('selector', ...at, 'matchExpressions', i, 'values', v);
  }
}

function* ingressMistakes(spec: Json, mistake: Breaker): Generator<Mistake> {
  for (const [r, rule] of ((spec.rules ?? []) as Json[]).entries()) {
    for (const [p, path] of ((rule.http?.paths ?? []) as Json[]).entries()) {
      const at: FieldPath = ['spec', 'rules', r, 'http', 'paths', p, 'backend', 'service'];
      yield mistake('host', ...at, 'name');
      for (const field of Object.keys(path.backend.service.port as object))
        yield mistake(field === 'name' ? 'port name' : 'port', ...at, 'port', field);
    }
  }
}

function* policyMistakes(spec: Json, mistake: Breaker): Generator<Mistake> {
  yield* selectorMistakes(spec.podSelector as Selector, mistake, ['spec', 'podSelector']);
  for (const [direction, side] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const [i, rule] of ((spec[direction] ?? []) as Json[]).entries()) {
      for (const [p, peer] of ((rule[side] ?? []) as Json[]).entries()) {
        for (const field of ['podSelector', 'namespaceSelector']) {
          // Only the cluster knows these namespaces.
          const name = peer[field]?.matchLabels?.['kubernetes.io/metadata.name'] as string | undefined;
          if (peer[field] && !(name !== undefined && OUTSIDE.has(name)))
            for (const found of selectorMistakes(peer[field] as Selector, mistake, [
              'spec',
              direction,
              i,
              side,
              p,
              field,
            ]))
              yield { ...found, kind: 'policy peer' };
        }
      }
      for (const p of ((rule.ports ?? []) as Json[]).keys())
        yield mistake('policy port', 'spec', direction, i, 'ports', p, 'port');
    }
  }
}

function* podMistakes(object: KubeObject, mistake: Breaker, read: Read): Generator<Mistake> {
  const path = object.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  const template = path.reduce<Json | undefined>((value, key) => value?.[key] as Json | undefined, object);
  if (!template?.spec) return;
  const spec = template.spec as Json;
  for (const [key, value] of Object.entries((template.metadata?.labels ?? {}) as Record<string, string>))
    if (read.labels(object, key, value)) yield mistake('label', ...path, 'metadata', 'labels', key);
  if (template.metadata?.annotations?.['prometheus.io/port'])
    yield mistake('port', ...path, 'metadata', 'annotations', 'prometheus.io/port');
  if ((object.spec as Json).selector)
    yield* selectorMistakes((object.spec as Json).selector as Selector, mistake, ['spec', 'selector']);
  if ((object.spec as Json).serviceName) yield mistake('host', 'spec', 'serviceName');
  for (const i of (((object.spec as Json).volumeClaimTemplates ?? []) as Json[]).keys())
    yield mistake('name', 'spec', 'volumeClaimTemplates', i, 'metadata', 'name');
  const at = [...path, 'spec'];
  if (spec.serviceAccountName) yield mistake('name', ...at, 'serviceAccountName');
  for (const [i, volume] of ((spec.volumes ?? []) as Json[]).entries()) {
    for (const [source, field] of [
      ['configMap', 'name'],
      ['secret', 'secretName'],
      ['persistentVolumeClaim', 'claimName'],
    ] as const) {
      if (volume[source]) yield mistake('name', ...at, 'volumes', i, source, field);
      for (const k of ((volume[source]?.items ?? []) as Json[]).keys())
        yield mistake(
          `${source === 'secret' ? 'secret' : 'config'} key`,
          ...at,
          'volumes',
          i,
          source,
          'items',
          k,
          'key',
        );
    }
  }
  for (const group of ['initContainers', 'containers']) {
    for (const [c, container] of ((spec[group] ?? []) as Json[]).entries())
      yield* containerMistakes(container, mistake, [...at, group, c], read);
  }
}

function* containerMistakes(container: Json, mistake: Breaker, at: FieldPath, read: Read): Generator<Mistake> {
  const texts = [
    ...((container.env ?? []) as Json[]).map((variable, i) => ({
      name: variable.name as string,
      text: variable.value as unknown,
      field: [...at, 'env', i, 'value'],
    })),
    ...['command', 'args'].flatMap((key) =>
      ((container[key] ?? []) as string[]).map((text, i) => ({
        name: '',
        text: text as unknown,
        field: [...at, key, i],
      })),
    ),
  ];
  for (const { name, text, field } of texts) {
    if (typeof text !== 'string') continue;
    if (name.endsWith('_HOST') && read.services.has(text)) yield mistake('host', ...field);
    const pair = texts.find((one) => one.name === name.replace(/_PORT$/, '_HOST'));
    if (name.endsWith('_PORT') && pair && read.services.has(String(pair.text)))
      yield { ...mistake('port', ...field), by: String(Number(text) + 1) };
    for (const { host, port } of addressesIn(text)) {
      if (!read.services.has(host.split('.')[0]!)) continue;
      yield { ...mistake('host', ...field), by: text.replace(host, `${host}x`) };
      yield {
        ...mistake('port', ...field),
        by: text.includes(`${host}:${port}`)
          ? text.replace(`${host}:${port}`, `${host}:${(port ?? 80) + 1}`)
          : text.replace(host, `${host}:81`),
      };
    }
  }
  for (const [i, { valueFrom }] of ((container.env ?? []) as Json[]).entries()) {
    for (const [source, kind] of [
      ['configMapKeyRef', 'config key'],
      ['secretKeyRef', 'secret key'],
    ] as const) {
      if (!valueFrom?.[source]) continue;
      yield mistake(kind, ...at, 'env', i, 'valueFrom', source, 'key');
      yield mistake('name', ...at, 'env', i, 'valueFrom', source, 'name');
    }
  }
  for (const [i, source] of ((container.envFrom ?? []) as Json[]).entries())
    for (const ref of ['configMapRef', 'secretRef'])
      if (source[ref]) yield mistake('name', ...at, 'envFrom', i, ref, 'name');
  for (const i of ((container.volumeMounts ?? []) as Json[]).keys())
    yield mistake('name', ...at, 'volumeMounts', i, 'name');
  for (const [i, port] of ((container.ports ?? []) as Json[]).entries()) {
    yield mistake('port', ...at, 'ports', i, 'containerPort');
    if (read.portNames.has(port.name as string)) yield mistake('port name', ...at, 'ports', i, 'name');
  }
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    for (const way of ['httpGet', 'tcpSocket', 'grpc'])
      if (container[probe]?.[way]) yield mistake("probe's port", ...at, probe, way, 'port');
}

interface Read {
  readonly services: ReadonlySet<string>;
  /** The ports of Services that something refers to, by number or name: `comments:80`. */
  readonly servicePorts: ReadonlySet<string>;
  /** The names of container ports that a Service or a probe refers to. */
  readonly portNames: ReadonlySet<string>;
  /** Whether a selector uses a label of the object's pods. */
  labels(object: KubeObject, key: string, value: string): boolean;
}

function whatIsRead(objects: readonly KubeObject[]): Read {
  const services = new Set(objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name));
  const text = JSON.stringify(objects);
  const servicePorts = new Set(
    [...text.matchAll(/"service":\{"name":"([^"]+)","port":\{"(?:name|number)":"?([\w-]+)"?\}/g)].map(
      ([, name, port]) => `${name}:${port}`,
    ),
  );
  for (const [, value] of text.matchAll(/"value":"([^"]*)"/g))
    for (const { host, port } of addressesIn(value!)) servicePorts.add(`${host}:${port}`);
  const selectors = [
    ...text.matchAll(/"(?:selector|podSelector|labelSelector)":(\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})/g),
  ].map(([, json]) => JSON.parse(json!) as Selector & Record<string, string>);
  return {
    services,
    servicePorts,
    portNames: new Set([...text.matchAll(/"(?:targetPort|port)":"([^"]+)"/g)].map(([, name]) => name!)),
    labels: (_, key, value) =>
      selectors.some(
        (selector) =>
          selector[key] === value ||
          selector.matchLabels?.[key] === value ||
          (selector.matchExpressions ?? []).some(
            (one) =>
              one.key === key &&
              matches({ matchExpressions: [one] }, { [key]: value }) &&
              !matches({ matchExpressions: [one] }, { [key]: `${value}x` }),
          ),
      ),
  };
}
