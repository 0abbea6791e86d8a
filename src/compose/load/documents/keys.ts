import { nearest } from '../../../basics/nearest';
import { own } from '../../../basics/own';
import type { Problem } from '../../../problems/problem';
import { entriesOf, type Node } from '../node';

const words = (text: string) => text.trim().split(/\s+/);

/** Every key that compose knows, by where it stands. */
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

/** What may stand at a key, where that is not a single value: `list`, `map`, or either of them, or a single value too. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, readonly Node['kind'][]>>>> = {
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

/** Keys at which something stands that compose would refuse there. */
export function wrongShapes(node: Node | undefined, level: keyof typeof KNOWN_KEYS): Problem[] {
  return entriesOf(node).flatMap(([key, value]): Problem[] => {
    if (!(KNOWN_KEYS[level] as readonly string[]).includes(key) || (value.kind === 'scalar' && value.value === null))
      return [];
    const allowed = shapesAt(level, key);
    if (allowed.includes(value.kind)) return [];
    return [
      {
        code: 'compose-invalid',
        message: `${value.spot.path} cannot be read.`,
        expected: allowed.map((kind) => NAMES[kind]).join(' or '),
        got: NAMES[value.kind],
        place: value.spot.place,
        fix: `Look the key ${key} up in the manual of compose.`,
      },
    ];
  });
}

/** What may stand at a key that compose knows. */
export function shapesAt(level: keyof typeof KNOWN_KEYS, key: string): readonly Node['kind'][] {
  return own(SHAPES[level] ?? {}, key) ?? ['scalar'];
}

function shapes(keys: Readonly<Record<string, string>>): Record<string, Node['kind'][]> {
  const kinds = { list: 'list', map: 'dict', scalar: 'scalar' } as const;
  return Object.fromEntries(
    Object.entries(keys).flatMap(([kind, names]) =>
      words(names).map((name) => [name, kind.split(' ').map((each) => kinds[each as keyof typeof kinds])]),
    ),
  );
}

/** Keys that compose would refuse, each with the one that was probably meant. Extensions (`x-…`) are anybody's. */
export function unknownKeys(node: Node | undefined, level: keyof typeof KNOWN_KEYS): Problem[] {
  const known: readonly string[] = KNOWN_KEYS[level];
  return entriesOf(node)
    .filter(([key]) => !known.includes(key) && !key.startsWith('x-'))
    .map(([key, { spot }]) => {
      const guess = nearest(key, known);
      return {
        code: 'compose-invalid',
        message: `Compose knows no key ${JSON.stringify(key)} here.`,
        field: spot.path.split(/[.[]/).slice(0, 2).join('.'),
        expected: guess ?? `one of ${known.slice(0, 6).join(', ')}, …`,
        got: key,
        place: spot.place,
        fix: guess
          ? `Write ${guess}, if that is what was meant, or take it out.`
          : 'Take it out, or write it as x-… if it is yours.',
      };
    });
}
