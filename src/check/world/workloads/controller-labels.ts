import type { Manifest } from '../../../k8s/objects';
import { matches, type Labels, type Selector } from '../../../k8s/selector';

/** Pods as a selector sees them: their labels, and the object whose controller creates them. */
interface Selectable {
  readonly labels: Labels;
  readonly manifest: Manifest;
}

type Values = (value: string) => boolean;
type Added = Readonly<Record<string, Values>>;

/** The labels that controllers add to pods. */
const KEYS = new Set([
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/job-name',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'pod-template-generation',
  'pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
]);

/** Whether a controller adds this label to pods. It is not in the manifests. */
export function isControllerLabel(key: string): boolean {
  return KEYS.has(key);
}

/** Whether a selector matches pods with their own labels and those that their controller adds. */
export function matchesPods(selector: Selector, { labels, manifest }: Selectable): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {});
  const expressions = (Array.isArray(selector.matchExpressions) ? selector.matchExpressions : []).filter(Boolean);
  if (!wanted.some(([key]) => KEYS.has(key)) && !expressions.some(({ key }) => KEYS.has(key)))
    return matches(selector, labels);
  const isAdded = (key: string) => KEYS.has(key) && labels[key] === undefined;
  const added = addedLabels(manifest);
  return (
    matches(
      {
        matchLabels: Object.fromEntries(wanted.filter(([key]) => !isAdded(key))),
        matchExpressions: expressions.filter(({ key }) => !isAdded(key)),
      },
      labels,
    ) &&
    wanted.every(([key, value]) => !isAdded(key) || (added[key]?.(value) ?? false)) &&
    expressions.every(({ key, operator, values }) => {
      if (!isAdded(key)) return true;
      if (operator === 'Exists') return added[key] !== undefined;
      if (operator === 'DoesNotExist') return added[key] === undefined;
      return operator !== 'In' || (Array.isArray(values) ? values : []).some((value) => added[key]?.(value));
    })
  );
}

const anything: Values = () => true;

function addedLabels({ object }: Manifest): Added {
  const spec = (object.spec ?? {}) as {
    replicas?: unknown;
    ordinals?: { start?: unknown } | null;
    completions?: unknown;
    completionMode?: unknown;
  };
  const { name } = object.metadata;
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
      return { 'pod-template-hash': anything };
    case 'DaemonSet':
      return { 'controller-revision-hash': anything, 'pod-template-generation': anything };
    case 'StatefulSet': {
      const start = typeof spec.ordinals?.start === 'number' ? spec.ordinals.start : 0;
      const ordinals = numbersFrom(start, spec.replicas);
      return {
        'controller-revision-hash': anything,
        'apps.kubernetes.io/pod-index': ordinals,
        'statefulset.kubernetes.io/pod-name': (value) =>
          value.startsWith(`${name}-`) && ordinals(value.slice(name.length + 1)),
      };
    }
    case 'Job':
      return ofJob((value) => value === name, spec);
    case 'CronJob':
      return ofJob((value) => value.startsWith(`${name}-`), spec);
    default:
      return {};
  }
}

function ofJob(isName: Values, { completions, completionMode }: { completions?: unknown; completionMode?: unknown }) {
  return {
    'controller-uid': anything,
    'batch.kubernetes.io/controller-uid': anything,
    'job-name': isName,
    'batch.kubernetes.io/job-name': isName,
    ...(completionMode === 'Indexed' && {
      'batch.kubernetes.io/job-completion-index': numbersFrom(0, completions),
    }),
  };
}

/** The numbers of pods. Without a written count, an autoscaler or a person decides how many there are. */
function numbersFrom(start: number, count: unknown): Values {
  const end = typeof count === 'number' && count > 0 ? start + count : Infinity;
  return (value) => /^\d+$/.test(value) && Number(value) >= start && Number(value) < end;
}
