import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import {
  defineApp,
  Image,
  Microservice,
  Namespace,
  synthesize,
  type Environment,
  type MicroserviceOptions,
  type Scaling,
} from '../../../src/index';
import type { Context } from '../context';

const PROGRAM = readFileSync(join(__dirname, '..', 'programs', 'echo.js'), 'utf8');

/** The answer of the echo program. */
export interface Echo {
  readonly name: string;
  readonly pod: string;
  readonly path: string;
  readonly method: string;
  readonly bytes: number;
  /** The header `x-from` of the request. */
  readonly from?: string;
}

type EchoOptions = Scaling & Pick<Partial<MicroserviceOptions>, 'image' | 'strategy' | 'shutdown' | 'service'>;

/** A microservice that answers with its own name. It uses the image of the test pods. */
export function echo(scope: Chart, name: string, options: EchoOptions = { replicas: 1 }): Microservice {
  return new Microservice(scope, name, {
    image: Image.of('node:24-slim'),
    command: ['node', '-e', PROGRAM],
    env: { NAME: name },
    resources: { cpu: '100m' },
    // These pods end without a pause by default.
    shutdown: { pause: 1, grace: 5 },
    ...options,
  });
}

/** An application of the test, made with the library, in its own namespace. */
export class OwnApp {
  readonly #objects: readonly object[];

  constructor(
    private readonly context: Context,
    readonly namespace: string,
    declare: (chart: Chart) => void,
    settings: Environment<object> = {},
  ) {
    const definition = defineApp(
      (app) => {
        const chart = new Chart(app, namespace, { namespace });
        new Namespace(chart, namespace);
        declare(chart);
      },
      { e2e: settings },
    );
    this.#objects = synthesize(definition.make('e2e')).flatMap(({ manifests }) =>
      manifests.map(({ object }) => object),
    );
  }

  async apply(): Promise<void> {
    await this.context.kubectl.apply(...this.#objects);
  }

  /** Applies it, runs the action, and deletes it again. */
  async use<T>(prove: () => Promise<T>): Promise<T> {
    const { kubectl } = this.context;
    await kubectl.gone(this.namespace);
    try {
      await this.apply();
      await kubectl.must(
        ['-n', this.namespace, 'wait', '--for=condition=Available', 'deployment', '--all', '--timeout=180s'],
        { timeoutMs: 190_000 },
      );
      return await prove();
    } finally {
      await kubectl.run(['delete', 'namespace', this.namespace, '--wait=false']).catch(() => undefined);
    }
  }
}
