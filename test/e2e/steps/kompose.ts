import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Context, Step } from '../context';
import { MissingProgram, must } from '../support/command';
import { pullMissing, removeImages } from '../support/images';
import { imagesOf, readObjects } from '../support/manifests';
import { builds, gapsOf, routeTo, withImages, type ComposeFile, type Written } from '../support/kompose';
import { CannotRun } from '../support/promise';
import { askAll, hostOf, STACKS, type Stack } from '../support/stacks';
import { secondsSince } from '../support/until';

export const kompose: Step = {
  name: 'kompose',
  promise: `For comparison, the ${STACKS.length} Compose projects of the step stacks run by the output of Kompose, with our images and routes. The report says which of them answer.`,
  apart: true,
  heavy: true,
  minutes: 35,
  async run(context) {
    const version = await versionOfKompose(context);
    const results: Record<string, { readonly seconds?: number; readonly why?: string; readonly gaps: string[] }> = {};
    for (const stack of STACKS) {
      results[stack.name] = await runStack(context, stack);
      const { seconds, why } = results[stack.name]!;
      context.say(seconds === undefined ? `✗ ${stack.name}: ${why}` : `✓ ${stack.name} answers after ${seconds} s`);
    }
    const answers = Object.values(results).filter(({ seconds }) => seconds !== undefined).length;
    return { kompose: version, answers, of: STACKS.length, ...results };
  },
};

async function versionOfKompose({ signal }: Context): Promise<string> {
  try {
    return (await must('kompose', ['version'], { signal })).trim();
  } catch (error) {
    if (error instanceof MissingProgram)
      throw new CannotRun('kompose is not on the PATH. Install it: https://kompose.io/installation/');
    throw error;
  }
}

/** A broken stack is a result, and no broken promise. */
async function runStack(context: Context, stack: Stack) {
  const { kubectl, cluster, signal } = context;
  const folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-kompose-'));
  const namespace = `kompose-${stack.name}`;
  const images = new Map<string, string>();
  let gaps: string[] = [];
  try {
    cpSync(join(__dirname, '..', 'programs', 'stacks', stack.name), folder, { recursive: true });
    const compose = parse(readFileSync(join(folder, 'compose.yaml'), 'utf8')) as ComposeFile;
    const out = join(folder, 'out');
    mkdirSync(out);
    const args = ['convert', '--file', 'compose.yaml', '--namespace', namespace, '--out', `${out}/`];
    await must('kompose', args, { cwd: folder, signal });
    const objects = readObjects(out) as unknown as Written[];
    gaps = gapsOf(compose, objects);
    for (const [name, source] of builds(compose)) {
      images.set(name, `${namespace}/${name}:e2e`);
      await must('docker', ['build', '--quiet', '--tag', images.get(name)!, join(folder, source)], {
        signal,
        timeoutMs: 300_000,
      });
    }
    const others = imagesOf(out).filter((image) => !images.has(image));
    await pullMissing(others, signal);
    await cluster.load('worker', [...images.values(), ...others]);

    await kubectl.gone(namespace);
    const start = Date.now();
    const services = stack.asks.map(({ service }) => service);
    const routes = [...new Set(services)].flatMap(
      (service) => routeTo(objects, service ?? stack.page!, hostOf(namespace, service), namespace) ?? [],
    );
    await kubectl.apply(...withImages(objects, images), ...routes);
    // Kompose writes no readiness probe for most services, so a Deployment is available before its program answers.
    await kubectl.run(['-n', namespace, 'wait', '--for=condition=Available', 'deployment', '--all', '--timeout=60s'], {
      timeoutMs: 70_000,
    });
    await askAll(context, namespace, stack.asks);
    return { seconds: secondsSince(start), gaps };
  } catch (error) {
    if (signal.aborted) throw error;
    return { why: (error as Error).message, gaps };
  } finally {
    await kubectl.run(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
    rmSync(folder, { recursive: true, force: true });
    await removeImages([...images.values()]);
  }
}
