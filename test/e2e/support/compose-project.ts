import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context';
import { PROJECT } from './blog';
import { must } from './command';
import { imagesHere, removeImages } from './images';
import { imagesOf } from './manifests';
import { holds } from './promise';
import { PUBLIC_VARIABLES } from './public-gateway';

/** A user's folder with a compose file and the installed package. */
export class ComposeProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-compose-'));
  readonly manifests = join(this.folder, 'k8s-out');
  /** The project name of the compose file, and the prefix of its images. */
  readonly namespace: string;

  /** Copies a folder of `programs`. */
  constructor(
    private readonly context: Context,
    program: string,
  ) {
    cpSync(join(__dirname, '..', 'programs', program), this.folder, { recursive: true });
    this.namespace = /^name: (\S+)$/m.exec(this.read('compose.yaml'))?.[1] ?? '';
    const modules = join(this.folder, 'node_modules');
    mkdirSync(join(modules, 'callsign-k8s'), { recursive: true });
    writeFileSync(
      join(modules, 'callsign-k8s', 'index.js'),
      `module.exports = require(${JSON.stringify(join(PROJECT, 'src/index.ts'))});\n`,
    );
    for (const name of ['cdk8s', 'constructs']) symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  }

  /** Imports the compose file. Returns the report. */
  import(): Promise<string> {
    return this.#callsign('import', 'compose', 'compose.yaml', '--out', 'chart.ts');
  }

  /** Builds the images, and writes and checks the manifests. With a kind cluster, also loads the built images. */
  async build(...options: ['--kind', string] | []): Promise<void> {
    await this.#callsign('images', '--app', 'chart.ts', ...options);
    await this.#callsign('synth', '--app', 'chart.ts');
    await this.#callsign('check', 'k8s-out');
  }

  /** All images of the manifests. */
  get images(): string[] {
    return imagesOf(this.manifests);
  }

  /** The images that the project does not build. */
  get otherImages(): string[] {
    return this.images.filter((image) => !image.startsWith(`${this.namespace}/`));
  }

  /** Runs the commands at the end of the report, with real values. Returns the number of created Secrets. */
  async makeSecrets(report: string, values: Readonly<Record<string, string>>): Promise<number> {
    const { kubectl, signal } = this.context;
    const commands = report.split('\n').filter((line) => line.startsWith('  kubectl '));
    for (const command of commands) {
      const whole = command.replaceAll(/--from-literal=([\w.-]+)=…/g, (option, key: string) => {
        holds(values[key] !== undefined, `the test has a value for ${key}`, command);
        return option.replace('…', () => values[key]!);
      });
      await must('sh', ['-c', whole], { cwd: this.folder, signal, env: { KUBECONFIG: kubectl.kubeconfig } });
    }
    return commands.filter((command) => command.includes('create secret')).length;
  }

  async apply(): Promise<void> {
    await this.context.kubectl.must(['apply', '-f', this.manifests]);
  }

  /** Checks that the compose file contains these passwords, and that the written files and the report do not. */
  holdsNoPassword(report: string, passwords: readonly string[]): void {
    const compose = this.read('compose.yaml');
    const files = ['chart.ts', ...readdirSync(this.manifests).map((name) => join('k8s-out', name))];
    const found = files.filter((file) => passwords.some((password) => this.read(file).includes(password)));
    holds(
      passwords.every((password) => compose.includes(password)),
      'the compose file contains the passwords',
    );
    holds(found.length === 0, 'no written file contains a password', found);
    holds(!passwords.some((password) => report.includes(password)), 'the report contains no password', report);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** Starts to delete the namespace. Removes the folder and the images. */
  async remove(): Promise<void> {
    await this.context.kubectl.run(['delete', 'namespace', this.namespace, '--wait=false', '--ignore-not-found']);
    rmSync(this.folder, { recursive: true, force: true });
    await removeImages(await imagesHere(`${this.namespace}/*`));
  }

  #callsign(...args: string[]): Promise<string> {
    return must('node', [join(PROJECT, 'bin/callsign.js'), ...args], {
      cwd: this.folder,
      env: PUBLIC_VARIABLES,
      signal: this.context.signal,
      timeoutMs: 300_000,
    });
  }
}
