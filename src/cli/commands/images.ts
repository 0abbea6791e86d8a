import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { ConfiguredApp } from '../../settings/environment';
import { Microservice } from '../../constructs/microservice/microservice';
import { imagesInMirror, registryProblems, type ImageSettings } from '../../constructs/shared/image-settings';
import { buildImage, serviceImages, type ServiceImage } from '../../images/docker/build';
import { checkImages } from '../../images/docker/check';
import { DockerError, loadIntoKind } from '../../images/docker/docker';
import { copyImage, foreignDigests, lockAfter, pushImage } from '../../images/docker/push';
import { imageFiles } from '../../images/source/source-hash';
import { LOCK_FILE, readLock, writeLock } from '../../images/image-lock';
import type { KubeObject } from '../../k8s/objects';
import { CallsignError } from '../../problems/problem';
import { count } from '../../basics/text';
import { synthesize } from '../../synth/synthesize';
import { APP_OPTIONS, loadApp } from '../app';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { printJson } from '../output';

/** The result of the command for an image. */
interface Result {
  readonly image: string;
  readonly result: 'built' | 'unchanged' | 'pushed' | 'copied' | 'already pushed';
  readonly digest?: string;
}

export const images: Command = {
  usage: '[--push [--registry NAME]] [--kind NAME] [--check] [--app FILE] [--env NAME] [--json]',
  summary: 'Builds the images of services whose sources changed.',
  options: {
    ...APP_OPTIONS,
    push: {
      type: 'boolean',
      help: 'push the images that the registry and the mirror do not have, and record their digests',
    },
    registry: {
      type: 'string',
      help: 'the registry for --push, HOST[:PORT][/PATH] (default: the registry of the environment)',
    },
    kind: { type: 'string', help: 'load the images into the kind cluster with this name' },
    check: { type: 'boolean', help: 'start each image as in the cluster, and check its container from outside' },
    json: { type: 'boolean', help: 'print the results as JSON' },
  },
  words: 0,
  async run({ options }, io) {
    const app = await loadApp(options, withRegistry(options, io));
    const plan = serviceImages(app);
    const objects = objectsOf(app);
    if (options.check && app.node.findAll().some((node) => node instanceof Microservice && node.live)) {
      throw new UsageError(
        '--check requires an environment without live microservices. Choose another environment with --env, or omit --env.',
      );
    }
    const say = (line: string) => options.json || io.out(`${line}\n`);
    const results: Result[] = [];
    const build = builder(results, say);
    const wholeContext = plan.flatMap(unclearLines);
    for (const { image, line, why } of wholeContext)
      say(`${image}  the tag is a hash of the whole build context because of ${line}: ${why}`);
    try {
      // A push does not require a local image: if the registry has the tag, the image was built from the same sources.
      if (!options.push || options.kind !== undefined || options.check) for (const image of plan) await build(image);
      if (options.push) await push(app, { plan, objects, options, build, results, say });
      if (typeof options.kind === 'string') {
        await loadIntoKind(
          options.kind,
          plan.map(({ reference }) => reference),
        );
        say(`loaded ${count(plan.length, 'image')} into the kind cluster ${options.kind}`);
      }
      const assertions: object[] = [];
      let failed = 0;
      if (options.check) {
        await checkImages(plan, objects, (assertion) => {
          assertions.push(assertion);
          if (!assertion.ok) failed++;
          say(`${assertion.image}  ${assertion.ok ? 'ok' : 'FAILED'}  ${assertion.what}: ${assertion.seen}`);
        });
        say(`${count(plan.length, 'image')}, ${count(assertions.length, 'assertion')}, ${failed} failed`);
      }
      if (options.json) {
        const more = { ...(wholeContext.length > 0 && { wholeContext }), ...(options.check && { assertions }) };
        printJson({ images: results, ...more }, io);
      }
      return failed > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      throw new CallsignError([
        {
          code: error.code,
          message: error.message,
          fix: 'Fix the error above and run the command again. Completed steps are not repeated.',
        },
      ]);
    }
  },
};

/** The lines that make the tag of an image a hash of the whole build context. */
function unclearLines({ reference, source }: ServiceImage): { image: string; line: string; why: string }[] {
  if (source.site || !source.found) return [];
  const { unclear } = imageFiles(source.context, source.dockerfile, source);
  return unclear.map(({ line, why }) => ({ image: reference, line: `${source.dockerfile}:${line}`, why }));
}

type Say = (line: string) => unknown;
type Build = (image: ServiceImage, pushedBefore?: string) => Promise<void>;

/** Builds each image once and prints the duration. */
function builder(results: Result[], say: Say): Build {
  const done = new Set<ServiceImage>();
  return async (image, pushedBefore) => {
    if (done.has(image)) return;
    done.add(image);
    const from = Date.now();
    const result = await buildImage(image, pushedBefore, say);
    results.push({ image: image.reference, result });
    say(`${image.reference}  ${result}${result === 'built' ? ` in ${secondsSince(from)} s` : ''}`);
  };
}

interface Push {
  readonly plan: readonly ServiceImage[];
  readonly objects: readonly KubeObject[];
  readonly options: Arguments['options'];
  readonly build: Build;
  readonly results: Result[];
  readonly say: Say;
}

/** Pushes new images, and writes all digests to the file that synth reads. */
async function push(app: Construct, { plan, objects, options, build, results, say }: Push): Promise<void> {
  const settings: ImageSettings = app instanceof ConfiguredApp ? app.images : {};
  const registry = settings.registry ?? (options.registry as string | undefined);
  const withoutRegistry = plan.find(({ image }) => image.from('registry.example') !== image);
  if (registry === undefined && withoutRegistry) {
    throw new UsageError(
      `--push requires a registry for ${withoutRegistry.reference}. Expected: --registry HOST[:PORT][/PATH], or images: { registry } in the environment that --env names.`,
    );
  }
  const file = settings.lock ?? LOCK_FILE;
  const { lock, problem } = readLock(file);
  if (problem) throw new CallsignError([{ code: problem[0], ...problem[1] }]);
  const pushed: Record<string, string> = {};
  for (const image of plan) {
    const from = Date.now();
    const { reference, digest, result } = await pushImage(image, registry, lock, (before) => build(image, before));
    pushed[reference] = digest;
    results.push({ image: reference, result, digest });
    say(`${reference}  ${result}${result === 'pushed' ? ` in ${secondsSince(from)} s` : ''}  ${digest}`);
  }
  const mirror = imagesInMirror(settings);
  for (const [there, original] of mirror) {
    const from = Date.now();
    const { digest, result } = await copyImage(original, there);
    if (!there.includes('@')) pushed[there] = digest;
    results.push({ image: there, result, digest });
    say(`${there}  ${result}${result === 'copied' ? ` in ${secondsSince(from)} s` : ''}  ${digest}`);
  }
  const { digests, unknown } = await foreignDigests(objects, [...Object.keys(pushed), ...mirror.keys()]);
  for (const image of unknown)
    say(`${image}  keeps its tag: it was not pulled on this machine, so its digest is unknown`);
  const changed = writeLock(file, lockAfter(lock, { ...pushed, ...digests }));
  say(changed ? `wrote ${file}: commit it with the charts` : `${file} is up to date`);
}

/** `--registry` takes precedence over the environment, like a shell variable. */
function withRegistry({ registry, push: pushes }: Arguments['options'], io: Io): Pick<Io, 'environment'> {
  if (registry === undefined) return io;
  if (!pushes) throw new UsageError('--registry requires --push.');
  for (const [, { message, expected }] of registryProblems(String(registry)))
    throw new UsageError(`--registry ${registry}: ${message} Expected: ${expected}.`);
  return { environment: { ...io.environment, CALLSIGN_IMAGES_REGISTRY: String(registry) } };
}

/** The objects of the charts. Missing digests are accepted, because the push adds them. */
function objectsOf(app: Construct): KubeObject[] {
  try {
    return synthesize(app).flatMap(({ manifests }) => manifests.map(({ object }) => object));
  } catch (error) {
    if (!(error instanceof CallsignError) || error.problems.some(({ code }) => code !== 'image-digest-missing'))
      throw error;
    return app.node
      .findAll()
      .filter((node) => ApiObject.isApiObject(node))
      .map((node) => node.toJson() as KubeObject);
  }
}

function secondsSince(moment: number): string {
  return ((Date.now() - moment) / 1000).toFixed(1);
}
