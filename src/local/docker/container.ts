import type { V1Container, V1ContainerPort, V1SecurityContext } from '@kubernetes/client-node';
import { LOOPBACK } from '../network/ports';

/** What a container of a local run is started with. */
export interface ContainerStart {
  readonly name: string;
  /** The label of all containers of this local run. */
  readonly label: string;
  readonly image: string;
  readonly container: V1Container;
  /** `uid:gid`. Undefined if the image decides. */
  readonly user: string | undefined;
  /** The ports of this machine, by the ports of the container. */
  readonly ports: ReadonlyMap<number, number>;
  /** The variables of the chart, and those of the machine. */
  readonly env: Readonly<Record<string, string>>;
  /** Mounts, as `docker run --mount` writes them. */
  readonly mounts: readonly string[];
  /** Seconds from the end signal until it is killed. */
  readonly grace: number;
}

/** Variables of the command `docker` itself. */
const OF_DOCKER = /^(DOCKER_.*|PATH|HOME)$/;

/**
 * The command that runs a container until it gets SIGTERM. The values of variables are in the environment of the
 * command, so that other users do not see them.
 */
export function containerCommand({
  name,
  label,
  image,
  container: { command, args = [], workingDir, securityContext, ports: listed = [] },
  user,
  ports,
  env,
  mounts,
  grace,
}: ContainerStart): string[] {
  const [entrypoint, ...first] = command ?? [];
  return [
    'sh',
    '-c',
    UNTIL_TERM,
    'sh',
    name,
    String(grace),
    'run',
    '--rm',
    `--name=${name}`,
    `--label=${label}`,
    ...[...ports].flatMap(([inside, outside]) =>
      protocolsOf(inside, listed).map((protocol) => `--publish=${LOOPBACK}:${outside}:${inside}${protocol}`),
    ),
    ...Object.entries(env).map(([key, value]) => `--env=${OF_DOCKER.test(key) ? `${key}=${value}` : key}`),
    ...mounts.map((mount) => `--mount=${mount}`),
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...securityOptions(securityContext),
    ...(workingDir === undefined ? [] : [`--workdir=${workingDir}`]),
    ...(entrypoint === undefined ? [] : [`--entrypoint=${entrypoint}`]),
    image,
    ...first,
    ...args,
  ];
}

/** Docker publishes a port for TCP, unless `/udp` follows. A TCP port and a UDP port can have the same number. */
function protocolsOf(port: number, listed: readonly V1ContainerPort[]): string[] {
  return listed
    .filter(({ containerPort }) => containerPort === port)
    .map(({ protocol }) => (protocol === 'UDP' ? '/udp' : ''));
}

function securityOptions({
  readOnlyRootFilesystem,
  allowPrivilegeEscalation,
  capabilities: { add = [], drop = [] } = {},
}: V1SecurityContext = {}): string[] {
  return [
    ...(readOnlyRootFilesystem ? ['--read-only'] : []),
    ...(allowPrivilegeEscalation === false ? ['--security-opt=no-new-privileges'] : []),
    ...drop.map((one) => `--cap-drop=${one}`),
    ...add.map((one) => `--cap-add=${one}`),
  ];
}

/** The environment of the command: for `docker`, and the values of the variables of the container. */
export function containerEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const ofDocker = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && OF_DOCKER.test(entry[0]),
  );
  return { ...env, ...Object.fromEntries(ofDocker) };
}

/**
 * The end of `docker run` alone would not end the container. It is stopped again until it ends: before it runs, that has
 * no effect.
 */
const UNTIL_TERM = `
name=$1 grace=$2; shift 2
trap 'while kill -0 $run 2>/dev/null; do docker stop --timeout "$grace" "$name" >/dev/null 2>&1; sleep 0.2; done' TERM
docker "$@" & run=$!
wait $run; code=$?
while kill -0 $run 2>/dev/null; do wait $run; code=$?; done
exit $code`;
