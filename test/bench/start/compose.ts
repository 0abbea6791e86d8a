import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1ConfigMap, V1Deployment, V1Ingress, V1Service, V1StatefulSet } from '@kubernetes/client-node';
import { parseAllDocuments, stringify } from 'yaml';
import { parentOf, processesOf } from './memory';
import type { BenchProject } from './project';
import type { Running } from './running';

const PORT = 8191;
const NAME = 'callsign-bench';
const PASSWORD = 'only-for-this-measurement';
const GATEWAY = 'gateway';
/** The port of the services that takes requests, and that for events. */
const PORTS: Readonly<Record<string, number>> = { http: 8080, events: 8081 };

type Of<Kind extends string, Type> = Type & { kind: Kind; metadata: { name: string } };
type Manifest =
  | Of<'Deployment', V1Deployment>
  | Of<'StatefulSet', V1StatefulSet>
  | Of<'Service', V1Service>
  | Of<'ConfigMap', V1ConfigMap>
  | Of<'Ingress', V1Ingress>;

/** The blog of k8s-out as a compose file, with the same images, variables, replicas and routes. */
export class Compose {
  readonly #folder: string;
  readonly #manifests: readonly Manifest[];

  constructor(project: BenchProject) {
    this.#folder = join(project.folder, 'compose');
    mkdirSync(this.#folder);
    const text = readFileSync(join(project.folder, 'k8s-out/blog.k8s.yaml'), 'utf8');
    this.#manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    this.#write('compose.yaml', this.#file());
    this.#write('routes.yaml', this.#routes());
  }

  start(): Running {
    const child = spawn('docker', this.#command('up', '--watch'), { stdio: 'ignore' });
    return {
      port: PORT,
      programs: () => this.#containers((name) => name !== GATEWAY),
      all: () => [
        child.pid!,
        // The process that holds a container. Its children are those of the container.
        ...this.#containers(() => true).flatMap((pid) => parentOf(pid) ?? []),
        ...processesOf('docker-proxy', String(PORT)),
      ],
      stop: async () => {
        const ended = once(child, 'exit');
        this.#run('down');
        child.kill('SIGINT');
        await ended;
      },
    };
  }

  reset(): void {
    this.#run('down', '--volumes');
  }

  #command(...args: string[]): string[] {
    return ['compose', '--project-name', NAME, '--file', join(this.#folder, 'compose.yaml'), ...args];
  }

  #run(...args: string[]): string {
    return execFileSync('docker', this.#command(...args), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  #containers(isWanted: (service: string) => boolean): number[] {
    const lines = this.#run('ps', '--format', '{{.Service}} {{.ID}}').trim().split('\n');
    const ids = lines.flatMap((line) => {
      const [service, id] = line.split(' ') as [string, string];
      return isWanted(service) ? [id] : [];
    });
    const format = ['--format', '{{.State.Pid}}'];
    return execFileSync('docker', ['inspect', ...format, ...ids], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  }

  #write(name: string, content: unknown): void {
    writeFileSync(join(this.#folder, name), stringify(content, { lineWidth: 0 }));
  }

  #all<Kind extends Manifest['kind']>(kind: Kind): Extract<Manifest, { kind: Kind }>[] {
    return this.#manifests.filter((one): one is Extract<Manifest, { kind: Kind }> => one.kind === kind);
  }

  #file(): object {
    const services = this.#all('Deployment').map((deployment) => [deployment.metadata.name, this.#service(deployment)]);
    return {
      services: {
        ...Object.fromEntries(services),
        postgres: this.#postgres(),
        [GATEWAY]: {
          image: 'traefik:v3.6',
          command: ['--providers.file.filename=/etc/routes.yaml', '--entrypoints.web.address=:80'],
          ports: [`127.0.0.1:${PORT}:80`],
          volumes: ['./routes.yaml:/etc/routes.yaml:ro'],
        },
      },
      volumes: { data: {} },
    };
  }

  #service({ metadata: { name }, spec }: Of<'Deployment', V1Deployment>): object {
    const container = spec!.template.spec!.containers[0]!;
    return {
      image: container.image,
      // The watch cannot look up the 1000:1000 of the image.
      user: '1000',
      // Only for the watch: the image is there.
      build: { context: '../services', args: { SERVICE: name } },
      environment: Object.fromEntries(
        (container.env ?? []).map((variable) => [variable.name, this.#address(variable.value ?? PASSWORD)]),
      ),
      volumes: this.#files(name, container.volumeMounts ?? []),
      deploy: { replicas: spec!.replicas },
      develop: {
        watch: [{ action: 'sync+restart', path: `../services/${name}`, target: `/app/${name}` }],
      },
    };
  }

  /** The files of its ConfigMap. */
  #files(name: string, mounts: readonly { mountPath: string; subPath?: string }[]): string[] {
    const map = this.#all('ConfigMap').find(({ metadata }) => metadata.name === name);
    return mounts.flatMap(({ mountPath, subPath }) => {
      const text = subPath === undefined ? undefined : map?.data?.[subPath];
      if (text === undefined) return [];
      writeFileSync(join(this.#folder, subPath!), text);
      return [`./${subPath}:${mountPath}:ro`];
    });
  }

  /** A compose service has no port of its own: `http://posts-events` is `http://posts:8081`. */
  #address(value: string): string {
    const service = this.#all('Service').find(({ metadata }) => value === `http://${metadata.name}`);
    if (!service) return value;
    const port = service.spec!.ports![0]!.targetPort as string;
    return `http://${service.spec!.selector!['app.kubernetes.io/name']}:${PORTS[port]}`;
  }

  #postgres(): object {
    const { args } = this.#all('StatefulSet')[0]!.spec!.template.spec!.containers[0]!;
    return {
      image: 'postgres:17',
      command: args,
      environment: { POSTGRES_USER: 'blog', POSTGRES_DB: 'blog', POSTGRES_PASSWORD: PASSWORD },
      volumes: ['data:/var/lib/postgresql/data'],
    };
  }

  #routes(): object {
    const paths = this.#all('Ingress').flatMap(({ spec }) => spec?.rules?.[0]?.http?.paths ?? []);
    const routes = paths.map(({ path, backend }) => ({ path: path!, name: backend.service!.name }));
    return {
      http: {
        routers: Object.fromEntries(
          routes.map(({ path, name }) => [name, { rule: `PathPrefix(\`${path}\`)`, service: name }]),
        ),
        services: Object.fromEntries(
          routes.map(({ name }) => [name, { loadBalancer: { servers: [{ url: `http://${name}:8080` }] } }]),
        ),
      },
    };
  }
}
