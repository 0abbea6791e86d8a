import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseAllDocuments } from 'yaml';
import { check } from '../../src/check/check';
import { readManifests } from '../../src/check/read/read';
import { SCHEMA_RULES } from '../../src/check/rules/schema';
import { isClusterScoped, shapeOfKind, type Shape } from '../../src/check/schema/schemas';
import { removalOf } from '../../src/check/schema/internal/removed-versions';
import type { KubeObject } from '../../src/k8s/objects';
import { casesIn } from './cases';

// Changes valid manifests at random and applies each to the current cluster as a dry run. Prints the differences between
// the check and the API server, grouped by class (`npm run fuzz`, with the optional variables CHANGES and SEED).
const CHANGES = Number(process.env.CHANGES ?? 5000);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const AT_ONCE = 8;
/** The problems for which an API server rejects an object. */
const REFUSED = new Set<string>([...SCHEMA_RULES.map(({ code }) => code), 'volume-missing']);

type Json = Record<string | number, unknown>;

/** Pseudo-random numbers from a seed (mulberry32). */
let state = SEED;
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return ((bits ^ (bits >>> 14)) >>> 0) % below;
}
const any = <T>(values: readonly T[]): T => values[random(values.length)]!;

const TEXTS = [
  '',
  'a',
  'web',
  'A_b',
  '/a',
  '../a',
  'a b',
  '1',
  '-',
  'x'.repeat(64),
  'example.com/a',
  '10.0.0.0/8',
  '10.0.0.1',
  'http',
  'http://a',
];
const NUMBERS = [0, 1, -1, 2, 100, 600, 30_000, 65_536];
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  string: TEXTS,
  boolean: [true, false],
  quantity: ['0', '1', '100m', '2Gi', '-1', 1],
  'int-or-string': [0, 1, -1, 70_000, '50%', '150%', 'http', ''],
  time: ['2026-01-31T12:00:00Z'],
  base64: ['', 'YQ=='],
  any: [{}],
};

/** A value of a shape. It may conflict with other fields. */
function made(shape: Shape, depth = 0): unknown {
  switch (shape.is) {
    case 'enum':
      return random(8) === 0 ? '' : any(shape.values);
    case 'list':
      return Array.from({ length: depth > 3 ? 0 : any([0, 1, 1, 1, 2]) }, () => made(shape.of, depth + 1));
    case 'map':
      return Object.fromEntries(Array.from({ length: random(2) }, () => [any(TEXTS), made(shape.of, depth + 1)]));
    case 'object': {
      const optional = [...shape.fields.keys()].filter((name) => name !== 'status' && name !== 'metadata');
      const names = depth > 4 ? [] : Array.from({ length: random(3) }, () => any(optional));
      return Object.fromEntries(
        [...new Set([...shape.required, ...names])]
          .filter((name) => shape.fields.has(name))
          .map((name) => [name, made(shape.fields.get(name)!, depth + 1)]),
      );
    }
    default:
      return any(VALUES[shape.is] ?? NUMBERS);
  }
}

/** Every map and list in an object, with its shape. */
function* partsOf(value: unknown, shape: Shape | undefined): Generator<{ part: Json; shape: Shape }> {
  if (typeof value !== 'object' || value === null || shape === undefined || shape.is === 'any') return;
  yield { part: value as Json, shape };
  for (const [key, child] of Object.entries(value))
    if (key !== 'metadata' || 'apiVersion' in value) yield* partsOf(child, inner(shape, key));
}

function inner(shape: Shape, key: string): Shape | undefined {
  return shape.is === 'object'
    ? shape.fields.get(key)
    : shape.is === 'list' || shape.is === 'map'
      ? shape.of
      : undefined;
}

/** Fields that are not changed: those that identify the object, and those that only a cluster sets. */
const FIXED = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'name',
  'namespace',
  'status',
  'managedFields',
  'uid',
  'resourceVersion',
  'generateName',
  'generation',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
]);

function changed(object: KubeObject): { object: KubeObject; what: string } {
  const copy = structuredClone(object);
  const { part, shape } = any([...partsOf(copy, shapeOfKind(object.apiVersion, object.kind))]);
  const known = shape.is === 'object' ? [...shape.fields.keys()] : Object.keys(part);
  const outside = part === (copy as unknown) || part === (copy.metadata as unknown);
  const keys = known.filter((key) => (outside ? !FIXED.has(key) : key !== 'metadata'));
  if (keys.length === 0) return changed(object);
  const key = any(keys);
  if (part[key] !== undefined && random(3) === 0) {
    if (Array.isArray(part)) part.splice(Number(key), 1);
    else delete part[key];
    return { object: copy, what: `without ${key}` };
  }
  part[key] = made(inner(shape, key)!);
  return { object: copy, what: `${key}: ${JSON.stringify(part[key])}` };
}

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly details?: { readonly causes?: readonly { readonly field?: string; readonly message: string }[] };
}

/** The class of each cause that an API server reports, without values: `PodSpec.containers.env: Required value`. */
function classesOf({ kind }: KubeObject, { message, details }: Answer): string[] {
  const plain = (text: string) =>
    text
      .replaceAll(/"[^"]*"|\[[^\]]*\]|\{.*\}/g, '…')
      .replaceAll(/-?\d+/g, 'N')
      .slice(0, 160);
  const causes = details?.causes?.map(
    ({ field = '', message: cause }) =>
      `${field.replace(/^.*\.template\.spec\b/, 'pod').replaceAll(/\[[^\]]*\]/g, '')}: ${plain(cause)}`,
  );
  return [...new Set(causes ?? [plain(message)])].map(
    (cause) => `${cause.startsWith('pod') ? '' : `${kind} `}${cause}`,
  );
}

async function main(): Promise<void> {
  const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [started] = (await once(proxy.stdout, 'data')) as [Buffer];
    const server = `http://${/127\.0\.0\.1:\d+/.exec(String(started))![0]}`;
    const ask = async (object: KubeObject): Promise<Answer> => {
      const { apiVersion, kind, metadata } = object;
      const scope = isClusterScoped(apiVersion, kind) ? '' : `/namespaces/${metadata.namespace ?? 'default'}`;
      const plural = `${kind.toLowerCase()}${kind.endsWith('ss') ? 'es' : ''}`
        .replace(/y$/, 'ie')
        .replace(/([^s])$/, '$1s');
      const path = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${scope}/${plural}/${metadata.name}`;
      const query = 'dryRun=All&fieldManager=fuzz&force=true&fieldValidation=Strict';
      const response = await fetch(`${server}${path}?${query}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
      });
      const text = await response.text();
      // Some changes cause an error in the API server itself. Such an answer is ignored.
      return text.startsWith('{')
        ? { ...(JSON.parse(text) as Answer), status: response.status }
        : { status: 403, message: text };
    };
    const bases = casesIn('good')
      .flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject))
      .filter(
        ({ apiVersion, kind, metadata }) =>
          metadata?.name !== undefined && shapeOfKind(apiVersion, kind) && !removalOf(apiVersion, kind),
      );
    for (const object of bases) {
      const { status, message } = await ask(object);
      if (status > 201) throw new Error(`The API server rejects a ${object.kind} before any change: ${message}`);
    }
    const classes = new Map<string, { count: number; example: string }>();
    const report = (name: string, example: string) =>
      classes.set(name, { count: (classes.get(name)?.count ?? 0) + 1, example });
    let [asked, refused, left] = [0, 0, CHANGES];
    const worker = async () => {
      while (left-- > 0) {
        const { object, what } = changed(any(bases));
        const answer = await ask(object);
        const { status, message } = answer;
        // Permissions, quotas and conflicts depend on the cluster and not on the manifest.
        if (status === 403 || status === 409 || status === 429) continue;
        asked++;
        const serverRefuses = status >= 400;
        refused += serverRefuses ? 1 : 0;
        const { manifests, problems } = readManifests(JSON.stringify(object), 'fuzz.json');
        const errors = [...problems, ...check(manifests).filter(({ code }) => REFUSED.has(code))];
        if (serverRefuses && errors.length === 0)
          for (const name of classesOf(object, answer))
            report(`missed  ${name}`, `${what}\n        ${message.slice(0, 300)}`);
        if (!serverRefuses && errors.length > 0) report(`false   ${object.kind}: ${errors[0]!.message}`, what);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const [name, { count, example }] of [...classes].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      console.log(`${count} × ${name}\n        ${example}`);
    console.log(`seed ${SEED}: ${asked} changes, ${refused} rejected, ${classes.size} classes of differences`);
    process.exitCode = classes.size === 0 ? 0 : 1;
  } finally {
    proxy.kill();
  }
}

void main();
