import { nearest } from '../../../basics/nearest';
import { own } from '../../../basics/own';
import { show } from '../../../basics/text';
import type { Problem } from '../../../problems/problem';
import { entriesOf, nodeAt, textOf, type ComposeNode, type DictNode } from '../node';

const words = (text: string) => text.trim().split(/\s+/);

/** All keys of Compose, by the map that they belong to. */
export const KNOWN_KEYS = {
  file: words('version name include services networks volumes secrets configs models'),
  service: words(`
    annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count cpu_percent cpu_period
    cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns
    dns_opt dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname
    image init ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models
    network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider
    pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal
    storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes volumes_from working_dir`),
  build: words(`
    additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements extra_hosts isolation labels network no_cache
    platforms privileged provenance pull sbom secrets shm_size ssh tags target ulimits`),
  deploy: words('endpoint_mode labels mode placement replicas resources restart_policy rollback_config update_config'),
  healthcheck: words('disable interval retries start_interval start_period test timeout'),
} as const;

type Level = keyof typeof KNOWN_KEYS;

/** The kinds of nodes that a key allows. A key that is not listed allows only a scalar. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, readonly ComposeNode['kind'][]>>>> = {
  file: shapes({ map: 'services networks volumes secrets configs models', list: 'include' }),
  service: shapes({
    map: 'blkio_config credential_spec deploy develop healthcheck logging provider storage_opt ulimits',
    list: 'cap_add cap_drop configs device_cgroup_rules devices dns_opt expose external_links group_add links ports post_start pre_stop secrets security_opt volumes volumes_from',
    'list map': 'annotations depends_on environment extra_hosts labels models networks sysctls',
    'list scalar': 'command dns dns_search entrypoint env_file gpus label_file profiles tmpfs',
    'map scalar': 'build extends',
  }),
  build: shapes({
    'list map': 'additional_contexts args extra_hosts labels ssh',
    list: 'cache_from cache_to entitlements platforms secrets tags',
    map: 'ulimits',
  }),
  deploy: shapes({ 'list map': 'labels', map: 'placement resources restart_policy rollback_config update_config' }),
  healthcheck: shapes({ 'list scalar': 'test' }),
};
const NAMES = { list: 'a list', dict: 'a map', scalar: 'a single value' };

/** What Compose would refuse in one file: its version, keys that do not exist, values of the wrong kind. */
export function keyProblems(root: DictNode, file: string): Problem[] {
  const services = entriesOf(nodeAt(root, 'services'));
  if (!nodeAt(root, 'services') && entriesOf(root).some(([, node]) => nodeAt(node, 'image') ?? nodeAt(node, 'build')))
    return [
      {
        code: 'compose-version-unknown',
        message: 'The file has the first version of the format, with the services at the top.',
        expected: VERSIONS,
        got: entriesOf(root)[0]?.[0],
        place: { file, line: 1 },
        fix: 'Move the services below `services:`.',
      },
    ];
  const levels: (readonly [ComposeNode | undefined, Level])[] = [
    [root, 'file'],
    ...services.flatMap(([, service]) => [
      [service, 'service'] as const,
      ...(['build', 'deploy', 'healthcheck'] as const).map((level) => [nodeAt(service, level), level] as const),
    ]),
  ];
  return [
    ...versionProblems(nodeAt(root, 'version')),
    ...services.flatMap(([name, node]) => serviceProblems(name, node)),
    ...levels.flatMap(([node, level]) => [...unknownKeys(node, level), ...wrongKinds(node, level)]),
  ];
}

const VERSIONS = 'services below the key services; version 2, version 3 or no version';

function versionProblems(version: ComposeNode | undefined): Problem[] {
  const text = textOf(version);
  if (!version || text === undefined || /^[23](\.\d+)?$/.test(text)) return [];
  return [
    {
      code: 'compose-version-unknown',
      message: 'Compose does not have this version of the format.',
      expected: VERSIONS,
      got: show(text),
      place: version.position.place,
      fix: 'Remove the version. Compose does not need it.',
    },
  ];
}

function serviceProblems(name: string, node: ComposeNode): Problem[] {
  if (node.kind === 'dict') return [];
  return [
    {
      code: 'compose-invalid',
      message: `The service ${show(name)} is empty.`,
      expected: 'a map with an image or a build',
      got: node.kind === 'list' ? 'a list' : show(textOf(node) ?? null),
      place: node.position.place,
      fix: 'Add image: NAME:TAG, or build: FOLDER.',
    },
  ];
}

function wrongKinds(node: ComposeNode | undefined, level: Level): Problem[] {
  return entriesOf(node).flatMap(([key, value]): Problem[] => {
    if (!(KNOWN_KEYS[level] as readonly string[]).includes(key) || (value.kind === 'scalar' && value.value === null))
      return [];
    const allowed = kindsAt(level, key);
    if (allowed.includes(value.kind)) return [];
    return [
      {
        code: 'compose-invalid',
        message: `${value.position.path} has the wrong type.`,
        expected: allowed.map((kind) => NAMES[kind]).join(' or '),
        got: NAMES[value.kind],
        place: value.position.place,
        fix: `See the key ${key} in the Compose reference.`,
      },
    ];
  });
}

/** The kinds of nodes that a known key allows. */
export function kindsAt(level: Level, key: string): readonly ComposeNode['kind'][] {
  return own(SHAPES[level] ?? {}, key) ?? ['scalar'];
}

function shapes(keys: Readonly<Record<string, string>>): Record<string, ComposeNode['kind'][]> {
  const kinds = { list: 'list', map: 'dict', scalar: 'scalar' } as const;
  return Object.fromEntries(
    Object.entries(keys).flatMap(([kind, names]) =>
      words(names).map((name) => [name, kind.split(' ').map((each) => kinds[each as keyof typeof kinds])]),
    ),
  );
}

/** Keys that Compose does not know. Extensions (`x-…`) are allowed everywhere. */
function unknownKeys(node: ComposeNode | undefined, level: Level): Problem[] {
  const known: readonly string[] = KNOWN_KEYS[level];
  return entriesOf(node)
    .filter(([key]) => !known.includes(key) && !key.startsWith('x-'))
    .map(([key, { position }]) => {
      const guess = nearest(key, known);
      return {
        code: 'compose-invalid',
        message: `Compose has no key ${show(key)} here.`,
        field: position.path.split(/[.[]/).slice(0, 2).join('.'),
        expected: guess ?? `one of ${known.slice(0, 6).join(', ')}, …`,
        got: key,
        place: position.place,
        fix: guess
          ? `Write ${guess} if you mean that key. Otherwise remove the key.`
          : 'Remove the key. If it is your own extension, start its name with x-.',
      };
    });
}
