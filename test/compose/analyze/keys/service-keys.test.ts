import { composeFolder, service } from '../../import';

const folder = composeFolder();
/** How many keys are refused and the program runs, and how many it may need. */
async function refusedBy(keys: string, rest = ''): Promise<[lost: number, missing: number]> {
  folder.put('Dockerfile', 'FROM scratch\n');
  const { report, problems } = await folder.import(service(keys, rest));
  expect(problems).toEqual([]);
  const refused = report.filter(({ status }) => status === 'refused');
  const lost = refused.filter(({ runs }) => runs).length;
  return [lost, refused.length - lost];
}

test.each([
  'cpu_shares: 5',
  'cpuset: "0,1"',
  'cpu_rt_runtime: 5',
  'pids_limit: 5',
  'storage_opt: { size: 1G }',
  'blkio_config: { weight: 5 }',
  'ulimits: { nofile: 5 }',
  'runtime: runc',
  'sysctls: { net.core.somaxconn: 5 }',
  'cgroup_parent: x',
  'userns_mode: host',
  'uts: host',
  'isolation: default',
  'mac_address: 02:42:ac:11:65:43',
  'dns: 9.9.9.9',
  'domainname: example.com',
  'mem_swappiness: 5',
  'oom_kill_disable: true',
  'oom_score_adj: 5',
  'stop_signal: SIGINT',
  'pre_stop: [{ command: /stop }]',
  'deploy: { mode: global }',
  'deploy: { placement: { max_replicas_per_node: 1 } }',
  'build: { context: ., shm_size: 64m }',
])('a program runs without %s', async (keys) => {
  expect(await refusedBy(keys)).toEqual([1, 0]);
});

test.each([
  'dns_search: example.com',
  'ulimits: { memlock: -1 }',
  'runtime: nvidia',
  'devices: ["/dev/x:/dev/x"]',
  'group_add: [video]',
  'privileged: true',
  'cap_add: [ALL]',
  'gpus: all',
  'post_start: [{ command: /start }]',
  'extra_hosts: ["a:host-gateway"]',
  'build: { context: ., network: host }',
  'build: { context: ., args: { TOKEN: word-of-mouth } }',
])('a program may need %s', async (keys) => {
  expect(await refusedBy(keys)).toEqual([0, 1]);
});

test.each([
  'containrrr/watchtower:1',
  'traefik:3',
  'portainer/portainer-ce:2',
  'willfarrell/autoheal:1',
  'jwilder/nginx-proxy:1',
])('a cluster needs no %s', async (image) => {
  expect(await refusedBy('', `  other: { image: "${image}", cpu_shares: 5, privileged: true }\n`)).toEqual([3, 0]);
});

test('a service that must complete before others start becomes a task', async () => {
  const keys = 'depends_on: { other: { condition: service_completed_successfully } }';
  expect(await refusedBy(keys, '  other: { image: "shop/other:1" }\n')).toEqual([0, 0]);
});
