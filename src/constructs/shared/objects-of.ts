import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { nearest } from '../../basics/nearest';
import { Origin } from '../../problems/origin';
import { CallsignError } from '../../problems/problem';
import { ChartObject } from './chart-object';

/** An object of a kind that the Kubernetes client has no type for. */
export interface UntypedObject extends KubernetesObject {
  spec?: Record<string, unknown>;
}

/** The objects of a construct, for patches. */
export abstract class ObjectsOf {
  readonly #construct: Construct;

  constructor(construct: Construct) {
    this.#construct = construct;
  }

  /** The object with this id. */
  protected at<T extends KubernetesObject>(id: string): ChartObject<T> {
    const child = this.#construct.node.tryFindChild(id);
    if (child instanceof ChartObject) return child as ChartObject<T>;
    const known = this.#construct.node.children.filter((one) => one instanceof ChartObject).map(({ node }) => node.id);
    const guess = nearest(id, known);
    throw new CallsignError([
      {
        code: 'patch-failed',
        path: this.#construct.node.path,
        place: new Origin().place,
        message: `The construct has no object ${JSON.stringify(id)} with these options.`,
        expected: `one of ${known.join(', ')}`,
        got: id,
        fix: guess ? `Did you mean ${guess}?` : 'Patch another object, or set the option that adds this one.',
      },
    ]);
  }
}
