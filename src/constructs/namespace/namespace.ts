import type { V1Namespace } from '@kubernetes/client-node';
import { Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { levelOfExceptions } from '../../k8s/exceptions';
import { admits, widestLevel, type PodSecurityLevel } from '../../k8s/pod-security';
import { show } from '../../basics/text';
import { unknownOptions } from '../../problems/unknown-options';
import { callerOf } from '../../links/endpoint';
import { denyAll, type Policy } from '../../links/policy';
import { Declaration } from '../shared/declaration';
import { addClusterObject, addObject } from '../shared/object';
import { NamespaceObjects } from './objects';
import { NAMESPACE_OPTIONS, type NamespaceOptions } from './options';
import { addRebalance } from './rebalance';
import { resolveNamespace } from './resolve';

/**
 * The namespace of a chart, with Pod Security enforced. It is created before all objects in it. A NetworkPolicy denies
 * all traffic that no other policy allows.
 */
export class Namespace extends Declaration {
  constructor(scope: Construct, id: string, given: NamespaceOptions = {}) {
    // A microservice may have the same name as its namespace.
    super(scope, id, `namespace ${id}`);
    const { podSecurity, rebalance } = resolveNamespace(given);
    for (const finding of unknownOptions(given, NAMESPACE_OPTIONS)) this.problem(...finding);
    if (this.namespace !== id) {
      this.problem('namespace-missing', {
        message: 'The chart declares one namespace, and creates its objects in another.',
        expected: id,
        got: this.namespace ?? 'none',
        fix: `Give the chart the namespace: super(scope, id, { namespace: '${id}' }).`,
      });
    }
    if (podSecurity !== undefined) this.checkLater(() => this.#checkLevel(podSecurity));
    const level = Lazy.any({ produce: () => podSecurity ?? this.#levelOfPods() }) as string;
    const levels = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]);
    addClusterObject<V1Namespace>(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: id, labels: Object.fromEntries(levels) },
    });
    addObject<Policy>(this, 'default-deny', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny' },
      spec: denyAll(),
    });
    if (rebalance) addRebalance(this);
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): NamespaceObjects {
    return new NamespaceObjects(this);
  }

  /** The callers in the namespace whose pods have exceptions. */
  #withExceptions(): { readonly name: string; readonly level: PodSecurityLevel }[] {
    return this.node.root.node.findAll().flatMap((construct) => {
      const { name, namespace, exceptions = [] } = callerOf(construct)?.options ?? {};
      if (name === undefined || namespace !== this.name || exceptions.length === 0) return [];
      return [{ name, level: levelOfExceptions(exceptions) }];
    });
  }

  /** The strictest level that admits all pods. */
  #levelOfPods(): PodSecurityLevel {
    return widestLevel(this.#withExceptions().map(({ level }) => level));
  }

  #checkLevel(given: PodSecurityLevel): void {
    const refused = this.#withExceptions().filter(({ level }) => !admits(given, level));
    if (refused.length === 0) return;
    this.problem('pod-refused', {
      message: `The level refuses the exceptions of ${refused.map(({ name }) => name).join(', ')}.`,
      field: 'podSecurity',
      expected: `${this.#levelOfPods()}, or no podSecurity`,
      got: show(given),
      fix: 'Remove podSecurity, so that the level follows the exceptions. Or remove the exceptions.',
    });
  }
}
