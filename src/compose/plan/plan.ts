/** A value that the chart has as an option or an argument. */
export type PlannedValue =
  | PartReference
  | Invocation
  | string
  | number
  | boolean
  | readonly PlannedValue[]
  | { readonly [key: string]: PlannedValue | undefined };

/** The options of a construct. */
export type PlannedOptions = Readonly<Record<string, PlannedValue | undefined>>;

/** Another part of the chart, or what a member of it returns: `uploads`, `uploads.readOnly`, `search.port('grpc')`. */
export class PartReference {
  constructor(
    readonly id: string,
    readonly property?: string,
  ) {}
}

/** A call in the source of the chart, such as `Image.of('redis:8')` or `new External('example.com', 443)`. */
export class Invocation {
  constructor(
    readonly callee: 'Image.of' | 'Image.service' | 'new External' | 'new Internet',
    readonly args: readonly PlannedValue[],
  ) {}
}

/** A construct of the chart. */
export interface PlannedPart {
  readonly construct: 'Database' | 'Gateway' | 'Microservice' | 'Task' | 'Volume';
  readonly id: string;
  readonly options: PlannedOptions;
}

/** One statement: `web.calls(api)`, or `web.callsAs('DB', database)`. */
export interface PlannedCall {
  readonly from: string;
  readonly to: readonly (PartReference | Invocation)[];
  readonly as?: string;
}

/** A Secret that a person creates before the first start. */
export interface PlannedSecret {
  readonly name: string;
  readonly keys: readonly PlannedSecretKey[];
}

/** One key of a Secret. The value is read from a file or a variable of the shell, or a person fills it in. */
export interface PlannedSecretKey {
  readonly key: string;
  readonly file?: string;
  readonly variable?: string;
}

/** Everything that the chart will contain. */
export interface ChartPlan {
  /** The namespace, and the id of the chart. */
  readonly name: string;
  /** The Compose files. */
  readonly sources: readonly string[];
  readonly parts: readonly PlannedPart[];
  readonly calls: readonly PlannedCall[];
  readonly secrets: readonly PlannedSecret[];
  /** What the report of the keys does not say. */
  readonly warnings: readonly string[];
}
