import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { ComposeProject } from '../support/compose-project';
import { Gateway } from '../support/gateway';
import { pullMissing } from '../support/images';
import type { KubeObject } from '../support/kubectl';
import { Broken, holds } from '../support/promise';
import { secondsSince, until } from '../support/until';

/** A folder of `programs/stacks`, and the answers of its programs. */
interface Stack {
  readonly name: string;
  readonly asks: readonly {
    /** The service, if the stack has several addresses. */
    readonly service?: string;
    readonly path?: string;
    /** The whole body, or a part of it. */
    readonly answer: string | RegExp;
  }[];
}

const STACKS: readonly Stack[] = [
  { name: 'blog-mariadb', asks: [{ answer: 'Hello world' }] },
  { name: 'workers', asks: [{ answer: '{"sum":20540,"workers":2}' }] },
  { name: 'replicas', asks: [{ answer: '3 replicas' }] },
  { name: 'migration', asks: [{ answer: 'chair,lamp' }] },
  { name: 'compiled-in', asks: [{ answer: 'postgres in postgres' }] },
  { name: 'init-scripts', asks: [{ answer: 'The Castle' }] },
  {
    name: 'proxy',
    asks: [
      { path: '/lamps', answer: 'the page at /lamps' },
      { path: '/api/lamps', answer: 'the api at /lamps' },
    ],
  },
  {
    name: 'scrape',
    asks: [
      { path: '/api/v1/query?query=lamps_sold_total', answer: /"value":\[[\d.]+,"17"\]/ },
      { path: '/api/v1/query?query=up', answer: /"job":"app".*"value":\[[\d.]+,"1"\]/ },
    ],
  },
  {
    name: 'root',
    asks: [
      { service: 'registry', path: '/v2/', answer: '{}' },
      { service: 'counter', answer: 'user 1000 writes: true' },
    ],
  },
  {
    name: 'itself',
    asks: [{ answer: '{"self":"self","printer":"192.0.2.17","files":["written","written","EROFS"]}' }],
  },
];

/** The passwords in the compose files. A password that is also a name, such as `postgres`, is not one of them. */
const PASSWORD = /\b[a-z]+-pass-17\b/g;

interface Job extends KubeObject {
  readonly status: { readonly succeeded?: number };
}

export const stacks: Step = {
  name: 'stacks',
  promise: `${STACKS.length} Compose projects run without changes after their import: each program answers as with Compose.`,
  apart: true,
  heavy: true,
  minutes: 25,
  async run(context) {
    const { cluster, signal, say } = context;
    const broken: string[] = [];
    const attempt = async ({ name }: Stack, action: () => Promise<void>) => {
      await action().catch((error: Error) => {
        if (signal.aborted) throw error;
        broken.push(`${name}: ${error.message}`);
        say(`✗ ${broken.at(-1)}`);
      });
    };
    const imports: Import[] = [];
    const seconds: Record<string, number> = {};
    try {
      for (const stack of STACKS)
        await attempt(stack, async () => void imports.push(await importStack(context, stack)));
      say(`${imports.length} of ${STACKS.length} projects are imported, and their images are built`);
      // Together, because most images have the same layers.
      await pullMissing([...new Set(imports.flatMap(({ project }) => project.otherImages))], signal);
      await cluster.load('worker', [...new Set(imports.flatMap(({ project }) => project.images))]);
      for (const each of imports) {
        const { name } = each.stack;
        await attempt(each.stack, async () => {
          seconds[name] = await runStack(context, each);
          say(`✓ ${name} answers after ${seconds[name]} s`);
        });
      }
    } finally {
      for (const { project } of imports) await project.remove();
    }
    if (broken.length > 0) throw new Broken(broken.join('\n\n'));
    return { stacks: imports.length, ...seconds };
  },
};

/** A project of a user after the import. */
interface Import {
  readonly stack: Stack;
  readonly project: ComposeProject;
  readonly report: string;
}

/** Imports a stack, builds its images, and writes its manifests. */
async function importStack(context: Context, stack: Stack): Promise<Import> {
  const project = new ComposeProject(context, join('stacks', stack.name));
  try {
    const report = await project.import();
    holds(/ 0 refused\. /.test(report), 'every key of the compose file is imported', report);
    await project.build();
    project.holdsNoPassword(report, project.read('compose.yaml').match(PASSWORD) ?? []);
    return { stack, project, report };
  } catch (error) {
    await project.remove();
    throw error;
  }
}

/** Runs a stack and asks its programs. Returns the seconds from the apply to the last answer. */
async function runStack(context: Context, { stack: { asks }, project, report }: Import): Promise<number> {
  const { gateway, kubectl } = context;
  const { namespace } = project;
  try {
    await kubectl.gone(namespace);
    await project.makeSecrets(report, valuesOf(project));
    const start = Date.now();
    await project.apply();
    await ready(context, namespace);
    for (const { service, path = '/', answer } of asks) {
      const host = `${service === undefined ? '' : `${service}.`}${namespace}.localhost`;
      const client = new Gateway(`127.0.0.1:${gateway.port}`, host);
      let last: unknown;
      await until(`${host}${path} answers`, 30, async () => {
        const { status, text } = await client.ask(path);
        last = { status, text };
        return status === 200 && (typeof answer === 'string' ? text === answer : answer.test(text));
      }).catch((error: Error) => {
        throw new Broken(error.message, { expected: String(answer), last });
      });
    }
    return secondsSince(start);
  } catch (error) {
    if (context.signal.aborted) throw error;
    throw new Broken(`${(error as Error).message}\n${await state(context, namespace)}`);
  } finally {
    await kubectl.run(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
  }
}

/** The secret values of the compose file, by the keys of the Secrets. */
function valuesOf(project: ComposeProject): Record<string, string> {
  if (!existsSync(join(project.folder, 'values.json'))) return {};
  return JSON.parse(project.read('values.json')) as Record<string, string>;
}

/** Waits until each workload has all its replicas, and each task is complete. */
async function ready({ kubectl }: Context, namespace: string): Promise<void> {
  for (const kind of ['statefulsets', 'deployments']) {
    for (const { metadata } of await kubectl.list<KubeObject>(kind, '-n', namespace)) {
      const workload = `${kind}/${metadata.name}`;
      await kubectl.must(['-n', namespace, 'rollout', 'status', workload, '--timeout=150s'], { timeoutMs: 160_000 });
    }
  }
  await until('the tasks are complete', 60, async () => {
    const jobs = await kubectl.list<Job>('jobs', '-n', namespace);
    return jobs.every(({ status }) => (status.succeeded ?? 0) > 0);
  });
}

/** The pods of a broken stack, and the last lines of their logs. */
async function state({ kubectl }: Context, namespace: string): Promise<string> {
  const pods = await kubectl.run(['-n', namespace, 'get', 'pods', '-o', 'wide']);
  const logs = await kubectl.run([
    '-n',
    namespace,
    'logs',
    '--selector=app.kubernetes.io/name',
    '--all-containers',
    '--prefix',
    '--tail=15',
  ]);
  return `${pods.out}${logs.out}${logs.error}`;
}
