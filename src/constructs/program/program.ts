import type { Construct } from 'constructs';
import { variableName } from '../../k8s/names';
import type { Callable, Caller, Entrance } from '../../links/endpoint';
import { partVariable, POOL } from '../../links/variables';
import type { ServiceObject } from '../outside/service-object';
import { Declaration } from '../shared/declaration';
import { rightProblems, type RightOptions, type Rights, type Verb } from '../shared/rights';
import { Volume } from '../volume/volume';
import { targetProblems } from './call-problems';
import { declareCall } from './declare-call';
import type { ResolvedProgram } from './resolve';
import type { Sourced } from './variables';

/** A program that runs in pods: its calls, and what it may do in the cluster. */
export abstract class Program extends Declaration {
  /** The caller of its calls. */
  protected abstract readonly from: Caller;
  protected abstract readonly rights: Rights;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.checkLater(() => {
      for (const finding of targetProblems(this.from)) this.problem(...finding);
    });
  }

  /**
   * Declares calls. Each sets `<NAME>_URL`, or for a database or another protocol `<NAME>_HOST`, `<NAME>_PORT` and so
   * on. For a database it also sets `<NAME>_POOL`. A target can also be any Service of the app, such as one of
   * cdk8s-plus.
   */
  calls(...targets: (Callable | ServiceObject)[]): this {
    for (const target of targets) this.call(target);
    return this;
  }

  /** Declares a call whose variables begin with `prefix` instead of the name of the target. */
  callsAs(prefix: string, target: Callable | ServiceObject): this {
    this.call(target, prefix);
    return this;
  }

  /**
   * Allows the program to send requests to the API server: `may(['get', 'list'], 'pods')`. The resource is the plural as
   * in kubectl, such as `deployments.apps` or `pods/log`.
   */
  may(verbs: Verb | readonly Verb[], resource: string, options: RightOptions = {}): this {
    const right = { verbs: typeof verbs === 'string' ? [verbs] : verbs, resource, ...options };
    for (const finding of rightProblems(right)) this.problem(...finding);
    this.rights.add(right);
    return this;
  }

  protected call(target: Callable | ServiceObject | undefined, prefix?: string, through?: Entrance): void {
    for (const problem of declareCall(this.from, target, prefix, through)) this.problem(...problem);
  }

  /** Records the volumes that the program writes to. */
  protected mount({ volumes }: Pick<ResolvedProgram, 'volumes'>): void {
    for (const volume of Object.values(volumes)) if (volume instanceof Volume) volume.mountedBy(this.name);
  }

  /** Reports variables that two sources set. */
  protected checkEnvironment(variables: readonly Sourced[]): void {
    const sources = new Map<string, string>();
    for (const { variable, source } of variables) {
      const { name } = variable;
      const other = sources.get(name);
      if (other !== undefined) {
        this.problem('variable-taken', {
          message: `The variable ${name} comes from ${other} and from ${source}.`,
          field: `env.${name}`,
          fix: name.endsWith(partVariable('', POOL))
            ? 'Remove the setting, and set the option pool to the same number.'
            : `Rename the setting, or give the call another prefix: callsAs('${variableName(this.name)}_PEER', …).`,
        });
      }
      sources.set(name, source);
    }
  }
}
