import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context';
import { run, type Ended } from './command';
import { ProjectCopy } from './project';
import { holds } from './promise';

const FILE = 'src/charts/test.ts';

/** An application of the test that `callsign diff` and `callsign apply` deploy, as a user does. */
export class ChartsApp {
  readonly #copy = new ProjectCopy();
  readonly #kubeconfig: string;

  constructor(
    private readonly context: Context,
    readonly namespaces: readonly string[],
  ) {
    this.#kubeconfig = context.kubectl.kubeconfig;
  }

  get folder(): string {
    return this.#copy.folder;
  }

  /** Writes the charts. The text is the body of the function that builds the app. */
  write(body: string, environments = ''): void {
    writeFileSync(
      join(this.folder, FILE),
      `import { ApiObject, Chart } from 'cdk8s';
import { CronTask, Database, defineApp, Image, Microservice, Namespace, Task, Volume } from '../index';

const add = (scope: Chart, kind: string, name: string, more: object = {}, apiVersion = 'v1') =>
  new ApiObject(scope, \`\${kind} \${name}\`, { apiVersion, kind, metadata: { name }, ...more } as never);

export default defineApp((app) => {
${body}
}${environments && `, ${environments}`});
void [CronTask, Database, Image, Microservice, Namespace, Task, Volume, add];
`,
    );
  }

  /** Runs a command and returns its result, even if it fails. */
  callsign(...args: string[]): Promise<Ended> {
    return this.callsignAs(this.#kubeconfig, ...args);
  }

  /** Runs a command that may take long. */
  callsignFor(timeoutMs: number, ...args: string[]): Promise<Ended> {
    return this.#run(this.#kubeconfig, args, timeoutMs);
  }

  /** Runs a command with another kubeconfig. */
  callsignAs(kubeconfig: string, ...args: string[]): Promise<Ended> {
    return this.#run(kubeconfig, args);
  }

  #run(kubeconfig: string, args: readonly string[], timeoutMs?: number): Promise<Ended> {
    const { signal } = this.context;
    const env = { KUBECONFIG: kubeconfig };
    return run(process.execPath, this.#line(args), { cwd: this.folder, signal, env, timeoutMs });
  }

  /** Starts a command and does not wait for its end. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, this.#line(args), {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, KUBECONFIG: this.#kubeconfig },
    });
  }

  /** Runs the action, and deletes everything that it applied. */
  async use<T>(prove: () => Promise<T>): Promise<T> {
    const { kubectl } = this.context;
    for (const namespace of this.namespaces) {
      await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
      await kubectl.gone(namespace);
    }
    try {
      return await prove();
    } finally {
      this.#copy.remove();
      const release = this.namespaces[0]!;
      await kubectl.run(['-n', 'default', 'delete', `configmap/${release}`, `lease/${release}`, '--ignore-not-found']);
      await kubectl.run(['-n', 'default', 'delete', 'secret', '-l', `callsign.dev/history-of=${release}`]);
      for (const namespace of this.namespaces) await kubectl.run(['delete', 'namespace', namespace, '--wait=false']);
    }
  }

  #line([command = '', ...args]: readonly string[]): string[] {
    return [join(this.folder, 'bin/callsign.js'), command, '--app', FILE, ...args];
  }
}

/** The result of a command that must succeed. */
export function succeeded(ended: Ended): Ended {
  holds(ended.code === 0, 'the command succeeds', ended);
  return ended;
}
