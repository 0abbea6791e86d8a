import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { ComposeProject } from '../support/compose-project';
import { pullMissing } from '../support/images';
import type { KubeObject } from '../support/kubectl';
import { Broken, holds } from '../support/promise';
import { askAll, STACKS, stateOf, type Stack } from '../support/stacks';
import { secondsSince, until } from '../support/until';

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
  const { kubectl } = context;
  const { namespace } = project;
  try {
    await kubectl.gone(namespace);
    await project.makeSecrets(report, valuesOf(project));
    const start = Date.now();
    await project.apply();
    await ready(context, namespace);
    await askAll(context, namespace, asks);
    return secondsSince(start);
  } catch (error) {
    if (context.signal.aborted) throw error;
    throw new Broken(`${(error as Error).message}\n${await stateOf(context, namespace, 'app.kubernetes.io/name')}`);
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
