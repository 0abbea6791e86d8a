import { nearest } from '../k8s/names';
import type { Problem } from '../k8s/problem';
import { entriesOf, type Node } from './node';

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
        mend: guess ? `Write ${guess}, if that is what was meant, or take it out.` : 'Take it out, or write it as x-… if it is yours.',
      };
    });
}
