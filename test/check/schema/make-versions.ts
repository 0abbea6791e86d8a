import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldVersions, KubernetesVersions } from '../../../src/check/schema/kubernetes-versions';
import { jsonLines, shortName } from './generated-json';
import type { Schemas } from '../../../src/check/schema/schemas';

// Writes src/check/schema/kubernetes-versions.json from the sources of Kubernetes, which Go downloads. The OpenAPI
// documents tell which kinds and fields a version has, the Go types tell the feature gate of a field, and the table of
// features tells since when a gate is on.

const VERSIONS = [33, 34, 35, 36, 37];
const [OLDEST, NEWEST] = [VERSIONS[0]!, VERSIONS.at(-1)!];
/** Fields and values whose gate the Go types do not name. */
const UNTAGGED: Record<string, string> = {
  'apps/v1.StatefulSetUpdateStrategy.type=Recreate': 'StatefulSetRecreateStrategy',
  'v1.EphemeralContainer.restartPolicyRules': 'ContainerRestartRules',
  'v1.Lifecycle.stopSignal': 'ContainerStopSignals',
  'v1.Toleration.operator=Gt': 'TaintTolerationComparisonOperators',
  'v1.Toleration.operator=Lt': 'TaintTolerationComparisonOperators',
  'v1.Volume.image': 'ImageVolume',
  'v1.VolumeProjection.podCertificate': 'PodCertificateRequest',
};
const folder = join(__dirname, '../../../src/check/schema');
const { types } = JSON.parse(readFileSync(join(folder, 'kubernetes.json'), 'utf8')) as Schemas;

const go = (...args: string[]) => execFileSync('go', args, { cwd: '/', encoding: 'utf8', maxBuffer: 1 << 28 });

/** The folders of Kubernetes and of its API types, in the newest patch of a minor version. */
function sourcesOf(minor: number): { kubernetes: string; api: string } {
  const patch = go('list', '-m', '-versions', 'k8s.io/kubernetes')
    .split(/\s/)
    .findLast((version) => new RegExp(`^v1\\.${minor}\\.\\d+$`).test(version))!;
  const download = (module: string) => (JSON.parse(go('mod', 'download', '-json', module)) as { Dir: string }).Dir;
  return { kubernetes: download(`k8s.io/kubernetes@${patch}`), api: download(`k8s.io/api@v0${patch.slice(2)}`) };
}

const sources = new Map(VERSIONS.map((minor) => [minor, sourcesOf(minor)]));

// Which versions have a kind or a field.
const kindVersions = new Map<string, number[]>();
const fieldVersions = new Map<string, number[]>();
for (const [minor, { kubernetes }] of sources) {
  const documents = join(kubernetes, 'api/openapi-spec/v3');
  for (const file of readdirSync(documents).filter((name) => /^(api|apis__.+)__v\w+_openapi\.json$/.test(name))) {
    const { paths, components } = JSON.parse(readFileSync(join(documents, file), 'utf8')) as OpenApi;
    for (const { post } of Object.values(paths)) {
      if (post?.['x-kubernetes-action'] !== 'post') continue;
      const { group, version, kind } = post['x-kubernetes-group-version-kind'];
      addVersion(kindVersions, `${group && `${group}/`}${version} ${kind}`, minor);
    }
    for (const [name, { properties = {} }] of Object.entries(components.schemas))
      for (const field of Object.keys(properties)) addVersion(fieldVersions, `${shortName(name)}.${field}`, minor);
  }
}

// The gates of the fields, and the values of enumerations in each version.
const gates = new Map<string, string[]>();
const valueVersions = new Map<string, number[]>();
for (const [minor, { api }] of sources) {
  for (const group of readdirSync(api)) {
    for (const version of ['v1', 'v2']) {
      const file = join(api, group, version, 'types.go');
      if (existsSync(file))
        readTypes(readFileSync(file, 'utf8'), group === 'core' ? version : `${group}/${version}`, minor);
    }
  }
}

/** Reads the structs and the enumerations of a Go file. */
function readTypes(text: string, prefix: string, minor: number): void {
  const values = new Map<string, string[]>();
  for (const [, type, value] of text.matchAll(/^\s*\w+\s+(\w+)\s+= "([^"]*)"/gm))
    values.set(type!, [...(values.get(type!) ?? []), value!]);
  for (const [, type, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    let comment = '';
    for (const line of body!.split('\n')) {
      const [, goType, field] = /^\s*\w+\s+(\S+)\s+`.*json:"(\w+)/.exec(line) ?? [];
      if (line.trim().startsWith('//')) comment += `${line}\n`;
      if (field === undefined) continue;
      const name = `${prefix}.${type}.${field}`;
      const found = [...comment.matchAll(/\+featureGate=(\w+)/g)].map(([, gate]) => gate!);
      if (found.length > 0) gates.set(name, found);
      for (const value of values.get(goType!.replace(/^[*[\]]+/, '')) ?? [])
        addVersion(valueVersions, `${name}=${value}`, minor);
      comment = '';
    }
  }
}

/** The first version in which a gate is on by default. */
const enabledSince = new Map<string, number | undefined>();
for (const { kubernetes } of sources.values()) {
  const text = readFileSync(join(kubernetes, 'pkg/features/kube_features.go'), 'utf8');
  for (const [, gate, body] of text.matchAll(/^\t(?:\w+\.)?(\w+): \{\n([\s\S]*?)^\t\},/gm)) {
    const states = [...body!.matchAll(/MustParse\("1\.(\d+)"\), Default: (true|false)/g)];
    if (states.length === 0) continue;
    const lastOff = states.findLastIndex(([, , on]) => on === 'false');
    enabledSince.set(gate!, states[lastOff + 1] && Number(states[lastOff + 1]![1]));
  }
}

/** The gate that keeps a field or a value off the longest. If a field has several gates, all of them must be on. */
function gateOf(name: string, since: number): Pick<FieldVersions, 'gate' | 'on'> | undefined {
  const known = (UNTAGGED[name] ? [UNTAGGED[name]] : (gates.get(name) ?? [])).filter((gate) => {
    if (!enabledSince.has(gate)) console.warn(`${name}: the gate ${gate} is not in the table of features`);
    return enabledSince.has(gate);
  });
  return known
    .map((gate) => ({ gate, on: enabledSince.get(gate) }))
    .filter(({ on }) => on === undefined || on > since)
    .toSorted((a, b) => (b.on ?? Infinity) - (a.on ?? Infinity))[0];
}

const fields: Record<string, FieldVersions> = {};
const values: Record<string, FieldVersions> = {};
for (const [type, schema] of Object.entries(types)) {
  const names = Object.keys(schema.fields);
  const sinceOf = (field: string) => fieldVersions.get(`${type}.${field}`)?.[0] ?? OLDEST;
  // A new type is known from the fields that have it.
  const typeSince = Math.min(...names.map(sinceOf));
  for (const field of names) {
    const name = `${type}.${field}`;
    const since = sinceOf(field);
    const versions = { ...(since > typeSince && { since }), ...gateOf(name, since) };
    if (Object.keys(versions).length > 0) fields[name] = versions;
    if (!schema.fields[field]!.startsWith('"')) continue;
    for (const [, value] of schema.fields[field]!.matchAll(/"([^"]*)"/g)) {
      const valueName = `${name}=${value}`;
      const first = valueVersions.get(valueName)?.[0] ?? OLDEST;
      if (first > since) values[valueName] = { since: first, ...gateOf(valueName, first) };
    }
  }
}
const kinds = Object.fromEntries(
  [...kindVersions]
    .filter(([, versions]) => versions.length < VERSIONS.length)
    .map(([name, versions]) => [
      name,
      {
        ...(versions[0]! > OLDEST && { since: versions[0]! }),
        ...(versions.at(-1)! < NEWEST && { until: versions.at(-1)! }),
      },
    ]),
);
const preview = [...kindVersions.keys()].filter((name) => /v\d+(alpha|beta)\d+ /.test(name)).toSorted();

const text = `{\n"oldest":${OLDEST},\n"newest":${NEWEST},\n"preview":[\n${preview.map((name) => JSON.stringify(name)).join(',\n')}\n],\n"kinds":{\n${jsonLines(kinds)}\n},\n"fields":{\n${jsonLines(fields)}\n},\n"values":{\n${jsonLines(values)}\n}}\n`;
JSON.parse(text) satisfies KubernetesVersions;
writeFileSync(join(folder, 'kubernetes-versions.json'), text);
console.log(
  `${Object.keys(kinds).length} kinds, ${Object.keys(fields).length} fields, ${Object.keys(values).length} values, ${text.length} bytes`,
);

interface OpenApi {
  readonly paths: Record<
    string,
    {
      readonly post?: {
        'x-kubernetes-action': string;
        'x-kubernetes-group-version-kind': { group: string; version: string; kind: string };
      };
    }
  >;
  readonly components: { readonly schemas: Record<string, { readonly properties?: Record<string, unknown> }> };
}

function addVersion(map: Map<string, number[]>, name: string, minor: number): void {
  const versions = map.get(name) ?? [];
  if (versions.at(-1) !== minor) versions.push(minor);
  map.set(name, versions);
}
