import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { CustomDefinition } from '../../k8s/objects';
import { Origin } from '../../problems/origin';
import type { Place } from '../../problems/problem';
import { withoutNamespace } from '../shared/object';

/** The fields of a custom resource. The classes that `callsign import crd` writes have their own, exact types. */
export interface CustomResourceProps {
  /**
   * Name, namespace, labels and annotations.
   * @default - the id of the construct is the name, in the namespace of the chart
   */
  readonly metadata?: ApiObjectMetadata;
  readonly [field: string]: unknown;
}

/** An object of a custom kind. Its fields are checked against the definition of the kind. */
export class CustomResource extends ApiObject {
  /** The definition of its kind. */
  readonly definition: CustomDefinition;
  readonly #origin: Origin;

  constructor(
    scope: Construct,
    id: string,
    definition: CustomDefinition,
    version: string,
    { metadata, ...fields }: CustomResourceProps = {},
  ) {
    const { group, names, scope: extent } = definition.spec;
    super(scope, id, {
      ...fields,
      apiVersion: `${group}/${version}`,
      kind: names.kind,
      metadata: { name: id, ...metadata },
    });
    if (extent === 'Cluster') withoutNamespace(this);
    this.definition = definition;
    // The classes of an import are between this constructor and the chart.
    this.#origin = new Origin(new.target);
  }

  /** @internal The line that made the construct. */
  get place(): Place | undefined {
    return this.#origin.place;
  }
}
