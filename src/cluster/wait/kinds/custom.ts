import type { LiveObject } from '../../connection/api-server';
import { READY, SILENT, waiting, type Readiness } from '../readiness';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** The conditions that mean ready, by group and kind. For other kinds, the first of DEFAULT that the object has. */
const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  'postgresql.cnpg.io/Cluster': ['Ready'],
  'gateway.networking.k8s.io/Gateway': ['Accepted', 'Programmed'],
  'cert-manager.io/Certificate': ['Ready'],
  'apiextensions.k8s.io/CustomResourceDefinition': ['Established'],
};
const DEFAULT = ['Ready', 'Available'];

/** The readiness of an object of a kind that an operator or a controller serves. */
export function customReadiness(object: LiveObject): Readiness {
  const key = `${object.apiVersion.split('/')[0]}/${object.kind}`;
  const status = (object.status ?? {}) as {
    conditions?: Condition[];
    phase?: string;
    parents?: { conditions?: Condition[] }[];
  };
  if (key === 'gateway.networking.k8s.io/HTTPRoute') {
    const parents = status.parents ?? [];
    if (parents.length === 0) return waiting('no gateway has accepted the route', NO_CONTROLLER);
    return all(parents.map(({ conditions = [] }) => met(object, conditions, ['Accepted', 'ResolvedRefs'])));
  }
  const conditions = status.conditions ?? [];
  const named = Object.hasOwn(CONDITIONS, key) ? CONDITIONS[key]! : undefined;
  if (named) return met(object, conditions, named, status.phase);
  const types = DEFAULT.filter((type) => conditions.some((condition) => condition.type === type)).slice(0, 1);
  return types.length === 0 ? SILENT : met(object, conditions, types);
}

const NO_CONTROLLER = {
  kind: 'maybe',
  reason: 'NotAccepted',
  message: 'No gateway has accepted the route.',
  fix: 'Check the name and the namespace of the gateway, and that its controller runs.',
} as const;

function all(parts: readonly Readiness[]): Readiness {
  return parts.find(({ state }) => state !== 'ready') ?? READY;
}

function met(
  object: LiveObject,
  conditions: readonly Condition[],
  types: readonly string[],
  phase?: string,
): Readiness {
  const { generation = 0 } = object.metadata as { generation?: number };
  for (const type of types) {
    const found = conditions.find((condition) => condition.type === type);
    if (!found || (found.observedGeneration ?? generation) < generation)
      return waiting(phase ?? `${type} is not known yet`);
    if (found.status === 'True') continue;
    const message = [phase, found.reason, found.message].filter(Boolean).join(': ');
    return waiting(message, {
      kind: 'maybe',
      reason: found.reason ?? type,
      message,
      fix: `Look at the controller of ${object.kind}.`,
    });
  }
  return READY;
}
