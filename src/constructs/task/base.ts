import type { V1EnvVar } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../images/image';
import { Caller, type Calling, type PodCount } from '../../links/endpoint';
import { DATABASE_PREFIX } from '../../links/variables';
import { furtherImages } from '../program/further-images';
import { addConfigFiles } from '../program/config-files';
import { containerExceptions } from '../program/container-exceptions';
import { Program } from '../program/program';
import { addTelemetry } from '../program/telemetry';
import { environmentOf, type Sourced } from '../program/variables';
import { addAccount } from '../shared/account';
import { deployedProblems } from '../shared/image-settings';
import { selectorLabels } from '../shared/object';
import { Rights } from '../shared/rights';
import type { TaskPod } from './pod';
import type { ResolvedTaskBase } from './resolve';

/** What tasks have in common: the caller, the ServiceAccount, the NetworkPolicy and the pods. */
export abstract class BaseTask<Options extends ResolvedTaskBase> extends Program implements Calling {
  readonly caller: Caller;
  /** The image of its pods. */
  readonly image: Image;
  /** The images of its init containers and sidecars. */
  readonly furtherImages: readonly Image[];
  protected readonly rights: Rights;
  protected readonly labels: Record<string, string>;
  readonly #options: Options;
  readonly #configMap: string | undefined;
  readonly #telemetry: readonly Sourced[];

  protected constructor(scope: Construct, id: string, options: Options, podCount: PodCount) {
    super(scope, id);
    this.#options = options;
    this.image = options.image;
    this.furtherImages = furtherImages(options);
    this.labels = selectorLabels(this.name, this.namespace);
    this.caller = new Caller({
      kind: 'task',
      name: this.name,
      namespace: this.namespace,
      root: this.node.root,
      pods: this.labels,
      podCount,
      pool: options.pool,
      nameservers: options.pod.dns?.nameservers,
      exceptions: containerExceptions(this.name, options),
    });
    if (options.database) this.callsAs(DATABASE_PREFIX, options.database);
    this.#telemetry = addTelemetry(this, this.caller, options);
    this.mount(options);
    for (const image of [this.image, ...this.furtherImages])
      for (const finding of deployedProblems(this, image)) this.problem(...finding);
    this.checkLater(() => this.checkEnvironment(this.#environment()));
    this.#configMap = addConfigFiles(this, this.name, this.labels, options.files);
    this.rights = new Rights(this, this.caller, this.labels);
    addAccount(this, this.caller, { name: this.name, labels: this.labels }, options.serviceAccount);
  }

  protected get from(): Caller {
    return this.caller;
  }

  /** Its pods. Called when the whole app is declared. */
  protected get pod(): TaskPod<Options> {
    const env: V1EnvVar[] = this.#environment().map(({ variable }) => variable);
    return {
      options: this.#options,
      labels: this.labels,
      env,
      configMap: this.#configMap,
      hasToken: this.rights.areSome,
    };
  }

  #environment(): Sourced[] {
    return environmentOf(this.caller, this.#options, this.#telemetry);
  }
}
