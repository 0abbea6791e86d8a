import { isDnsLabel, isSetting } from '../../k8s/names';
import { show, type Finding } from '../../k8s/problem';
import type { MicroserviceOptions } from '../microservice-options';
import { resourceProblems } from '../resources';
import { fileProblems } from './config-files';
import { copiesProblems } from './copies-problems';
import { heldVolumes } from './held-volumes';
import { liveProblems } from './live';
import { strategyProblems } from './strategy-problems';
import { healthProblems } from './probes';
import { imageProblems, isPlainPath, portProblems } from './value-problems';

type Found = Generator<Finding>;

/** Everything that is wrong with the options of a microservice by themselves. */
export function* microserviceProblems(options: MicroserviceOptions): Found {
  yield* imageProblems(options.image);
  yield* copiesProblems(options);
  if (options.scheduleImage) yield* imageProblems(options.scheduleImage, 'scheduleImage');
  yield* strategyProblems(options);
  yield* resourceProblems(options.resources);
  yield* liveProblems(options);
  yield* allPortProblems(options);
  yield* pathProblems(options);
  yield* fileProblems(options.files);
  yield* healthProblems(options);
  yield* volumeProblems(options);
  yield* shutdownProblems(options);
  for (const name of Object.keys(options.env ?? {})) {
    if (!isSetting(name)) {
      yield [
        'variable-invalid',
        {
          message: 'It is not the name of an environment variable.',
          field: `env.${name}`,
          expected: 'letters, digits, underscores and dots, no digit first',
          got: show(name),
          mend: 'Rename it.',
        },
      ];
    }
  }
  const { user = 1000 } = options;
  if (!Number.isInteger(user) || user < 1) {
    yield [
      'construct-invalid',
      {
        message: 'A container of ours never runs as root.',
        field: 'user',
        expected: 'a numeric user from 1 on',
        got: show(user),
        mend: 'Name the user that the image was made for.',
      },
    ];
  }
}

function* allPortProblems({ http = true, port = 8080, ports = {} }: MicroserviceOptions): Found {
  const taken = new Map<unknown, string>();
  for (const [name, number] of [...(http ? [['http', port] as const] : []), ...Object.entries(ports)]) {
    const field = http && taken.size === 0 ? 'port' : `ports.${name}`;
    yield* portProblems(field, number);
    const other = taken.get(number);
    if (other !== undefined || (field !== 'port' && name === 'http')) {
      yield [
        'port-taken',
        {
          message: `The port is that of ${show(other ?? 'http')} already.`,
          field,
          expected: 'another name and number for each port',
          got: `${name}: ${show(number)}`,
          mend: 'Give one of the two another port.',
        },
      ];
    }
    if (name.length > 15 || !isDnsLabel(name)) {
      yield [
        'name-invalid',
        {
          message: 'It cannot be the name of a port.',
          field,
          expected: 'lower-case letters, digits and dashes, at most 15',
          got: show(name),
          mend: 'Shorten the name.',
        },
      ];
    }
    taken.set(number, name);
  }
}

function* pathProblems({ files = {}, volumes = {}, writable = ['/tmp'], workingDir }: MicroserviceOptions): Found {
  const mounts = [
    ...Object.keys(files).map((path) => ['files', path]),
    ...Object.keys(volumes).map((path) => ['volumes', path]),
    ...writable.map((path) => ['writable', path]),
  ];
  const seen = new Set<string>();
  for (const [option, path] of mounts as [string, string][]) {
    if (!isPlainPath(path) || path === '/') {
      yield [
        'path-invalid',
        {
          message: 'Nothing can be mounted there.',
          field: `${option}.${path}`,
          expected: 'an absolute path',
          got: show(path),
          mend: 'Write the path as the program sees it, such as /etc/app/words.txt.',
        },
      ];
    } else if (seen.has(path)) {
      yield [
        'path-invalid',
        {
          message: `Two things are mounted at ${path}.`,
          field: `${option}.${path}`,
          expected: 'one thing at each path',
          got: show(path),
          mend: 'Mount one of them elsewhere.',
        },
      ];
    }
    seen.add(path);
  }
  if (workingDir !== undefined && !isPlainPath(workingDir)) {
    yield [
      'path-invalid',
      {
        message: 'The program cannot be started there.',
        field: 'workingDir',
        expected: 'an absolute path, such as /app',
        got: show(workingDir),
        mend: 'Write the path of a folder of the image.',
      },
    ];
  }
}

/** A volume that one node holds cannot follow a second copy to another node. */
function* volumeProblems(options: MicroserviceOptions): Found {
  const { replicas = 2, autoscale, schedule } = options;
  if (!autoscale && !schedule && replicas <= 1) return;
  for (const [path, volume] of heldVolumes(options)) {
    yield [
      'volume-not-shared',
      {
        message: `Several copies would write to the volume ${show(volume.name)}, and only one node at a time can hold it.`,
        field: `volumes.${path}`,
        expected: 'replicas: 1, or a volume that is shared',
        got: autoscale ? 'autoscale' : schedule ? 'schedule' : `replicas: ${show(replicas)}`,
        mend: 'Write replicas: 1, or make the volume with shared: true and a storageClass that many nodes can write to.',
      },
    ];
  }
}

function* shutdownProblems({ shutdown: { pause = 5, grace = 30 } = {} }: MicroserviceOptions): Found {
  const whole = (seconds: unknown) => Number.isInteger(seconds) && (seconds as number) >= 0;
  if (!whole(pause) || !whole(grace) || grace <= pause) {
    yield [
      'time-invalid',
      {
        message: 'A copy is killed before it can end by itself.',
        field: 'shutdown',
        expected: 'whole seconds, grace longer than pause',
        got: `pause ${show(pause)}, grace ${show(grace)}`,
        mend: 'Leave at least ten seconds between pause and grace.',
      },
    ];
  }
}
