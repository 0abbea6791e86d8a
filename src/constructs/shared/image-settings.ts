import type { IConstruct } from 'constructs';
import { Image } from '../../images/image';
import type { Mirror } from '../../images/mirror';
import { LOCK_FILE, readLock, type ImageLock } from '../../images/image-lock';
import { row, type ProblemRow } from '../../problems/problem';
import type { OptionNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';
import { withDefaults } from './defaults';
import { settingsOf, type Known } from './overrides';

/** Where the images of an environment come from. */
export interface ImageSettings {
  /**
   * The registry for our own images, with the path before their names: `registry.example.com/shop`. `callsign images
   * --push` pushes to it.
   * @default - none: the images must be on the nodes, for instance after `callsign images --kind`
   */
  readonly registry?: string;
  /**
   * Where third-party images come from instead of their registries, for a cluster that cannot or must not pull from
   * them. `registry.example.com/mirror` has `postgres:18` as `registry.example.com/mirror/library/postgres:18`. If each
   * registry has its own name there: `{ 'docker.io': 'registry.example.com/hub' }`. `callsign images --push` copies the
   * images that it does not have.
   * @default - none: from the registries that their names contain
   */
  readonly mirror?: Mirror;
  /**
   * Whether images are referenced by digest, so that a pod runs the pushed image even if its tag changes.
   * @default - true if there is a registry
   */
  readonly byDigest?: boolean;
  /**
   * The file in which a push records the digests. Commit it together with the charts.
   * @default 'images.lock.json'
   */
  readonly lock?: string;
  /**
   * The Secret for the login to the registry, of type `kubernetes.io/dockerconfigjson`.
   * @default - none: the nodes need no login, or have their own login
   */
  readonly pullSecret?: string;
}

/** The names of the settings. */
const NAMES: OptionNames<ImageSettings> = {
  registry: true,
  mirror: true,
  byDigest: true,
  lock: true,
  pullSecret: true,
};

/** The settings, and those that an environment variable can set, such as `CALLSIGN_IMAGES_REGISTRY`. */
const KNOWN: Known = {
  names: NAMES,
  numbers: [],
  texts: ['registry', 'mirror', 'lock', 'pullSecret'],
  defaults: { lock: LOCK_FILE },
};

/** The settings of a plain cdk8s app. */
const NONE: ImageSettings = {};
const locks = new WeakMap<ImageSettings, ReturnType<typeof readLock>>();
/** The third-party images of an app that are in a mirror, by their names there. */
const inMirrors = new WeakMap<ImageSettings, Map<string, string>>();

/** Where images come from in the environment of an app. */
export function imageSettings(scope: IConstruct): ImageSettings {
  return settingsOf(scope)?.own('images', KNOWN) ?? NONE;
}

/**
 * The image as the pods of this environment reference it: our own images in the registry, third-party images in the
 * mirror, and by digest if required.
 */
export function deployed(scope: IConstruct, image: Image): Image {
  // Code without type checks can give something else, which is a problem of its own.
  if (!(image instanceof Image)) return image;
  const settings = imageSettings(scope);
  const there = image.source ? image.from(settings.registry) : inMirror(settings, image);
  const digest =
    resolveImageSettings(settings).byDigest && !there.byDigest ? lockOf(settings)[there.reference] : undefined;
  return digest === undefined ? there : there.at(digest);
}

/**
 * The third-party images of an app that are in a mirror: their names without it, by their names there. The list is
 * complete when all objects exist.
 */
export function imagesInMirror(settings: ImageSettings): ReadonlyMap<string, string> {
  return inMirrors.get(settings) ?? new Map<string, string>();
}

function inMirror(settings: ImageSettings, image: Image): Image {
  const { registry, mirror } = settings;
  const there = image.in(mirror, registry === undefined ? [] : [registry]);
  if (there.reference !== image.reference)
    inMirrors.set(settings, new Map(inMirrors.get(settings)).set(there.reference, image.reference));
  return there;
}

/** The problems of an image that depend on the environment. */
export function* deployedProblems(scope: IConstruct, image: unknown): Generator<ProblemRow> {
  if (!(image instanceof Image)) return;
  const settings = imageSettings(scope);
  const { byDigest, lock } = resolveImageSettings(settings);
  // Only our own images are reported: for other images the lock contains the digests that docker knew.
  if (!image.source?.found || !byDigest || deployed(scope, image).byDigest) return;
  yield row('image-digest-missing', {
    message: 'The current state of the image was not pushed, so its digest is unknown.',
    field: 'image',
    expected: `a digest of ${show(image.from(settings.registry).reference)} in ${lock}`,
    got: 'none',
    fix: `Push it, and commit the file: callsign images --push${environmentOption(scope)}.`,
  });
}

/** The problems of the settings themselves. */
export function* imageSettingsProblems(given: ImageSettings): Generator<ProblemRow> {
  const { registry, byDigest } = resolveImageSettings(given);
  if (registry !== undefined) yield* registryProblems(registry);
  yield* mirrorProblems(given.mirror);
  if (registry === undefined && given.mirror === undefined && given.byDigest) {
    yield row('registry-invalid', {
      message: 'Digests require a registry, and no registry is set.',
      field: 'registry',
      expected: 'a registry if byDigest is true',
      got: 'none',
      fix: "Set images: { registry: 'registry.example.com/shop' } in the environment, or CALLSIGN_IMAGES_REGISTRY.",
    });
  }
  if (byDigest) {
    const { problem } = remembered(given);
    if (problem) yield problem;
  }
}

/** The problems of the name of a registry. */
export function* registryProblems(given: unknown, field = 'registry'): Generator<ProblemRow> {
  const registry = String(given);
  // If the first part has neither a dot nor a port, docker reads it as a path on Docker Hub, not as a registry.
  if (
    /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:))(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/.test(
      registry,
    )
  )
    return;
  yield row('registry-invalid', {
    message: 'This is not a valid registry.',
    field,
    expected: 'HOST[:PORT][/PATH] in lower-case letters, such as registry.example.com/shop or localhost:5000',
    got: show(given),
    fix: registry.includes('://')
      ? `Write ${registry.slice(registry.indexOf('://') + 3)}, without the scheme.`
      : 'Begin with the host, as in docker.io/shop.',
  });
}

function* mirrorProblems(mirror: ImageSettings['mirror']): Generator<ProblemRow> {
  if (mirror === undefined) return;
  if (typeof mirror === 'string') yield* registryProblems(mirror, 'mirror');
  else
    for (const [host, to] of Object.entries(mirror)) {
      yield* registryProblems(to, `mirror['${host}']`);
      if (/^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:))(?::\d{1,5})?$/.test(host)) continue;
      yield row('registry-invalid', {
        message: 'This is not the host of a registry.',
        field: `mirror['${host}']`,
        expected: 'HOST[:PORT], such as docker.io or ghcr.io',
        got: show(host),
        fix: 'Write the host alone. Docker Hub is docker.io.',
      });
    }
}

/** The complete settings. */
export function resolveImageSettings(given: ImageSettings) {
  return withDefaults(given, { lock: LOCK_FILE, byDigest: given.registry !== undefined });
}

function lockOf(settings: ImageSettings): ImageLock {
  return remembered(settings).lock;
}

/** The lock, read once per app. */
function remembered(settings: ImageSettings): ReturnType<typeof readLock> {
  const known = locks.get(settings) ?? readLock(resolveImageSettings(settings).lock);
  locks.set(settings, known);
  return known;
}

function environmentOption(scope: IConstruct): string {
  const environment = settingsOf(scope)?.environment;
  return environment === undefined ? '' : ` --env ${environment}`;
}
