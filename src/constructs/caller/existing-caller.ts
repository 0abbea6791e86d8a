import type { Construct } from 'constructs';
import { show } from '../../basics/text';
import { type Callable, Caller, type Calling } from '../../links/endpoint';
import { unknownOptions, type OptionNames } from '../../problems/unknown-options';
import { declareCall } from '../program/declare-call';
import { Declaration } from '../shared/declaration';

/** Where the pods of a caller are that Callsign does not create. */
export interface ExistingCallerOptions {
  /**
   * Its namespace.
   * @default - the namespace of the chart
   */
  readonly namespace?: string;
  /**
   * The labels of its pods. The policies of its targets allow only these pods.
   * @default - all pods of its namespace
   */
  readonly pods?: Readonly<Record<string, string>>;
}

const EXISTING_CALLER_OPTIONS: OptionNames<ExistingCallerOptions> = { namespace: true, pods: true };

/** A program that is not in the app and calls parts of it, such as the Prometheus of the cluster. */
export class ExistingCaller extends Declaration implements Calling {
  readonly caller: Caller;

  constructor(scope: Construct, id: string, options: ExistingCallerOptions) {
    super(scope, id);
    const { namespace = this.namespace, pods } = options;
    this.caller = new Caller({ kind: 'service', name: id, namespace, root: this.node.root, pods });
    for (const finding of unknownOptions(options, EXISTING_CALLER_OPTIONS)) this.problem(...finding);
    if (namespace !== this.namespace || pods) return;
    this.problem('construct-invalid', {
      message: 'Without labels, every pod of this namespace would be the caller.',
      field: 'pods',
      expected: 'the labels of its pods, or another namespace',
      got: show(options),
      fix: "Set the namespace of the caller, or write the labels of its pods: pods: { 'app.kubernetes.io/name': 'prometheus' }.",
    });
  }

  /** Declares calls. The policies of the targets open the ports that it calls. */
  calls(...targets: Callable[]): this {
    for (const target of targets) for (const problem of declareCall(this.caller, target)) this.problem(...problem);
    return this;
  }
}
