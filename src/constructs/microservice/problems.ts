import { isDnsLabel, isSetting } from '../../k8s/names';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import type { MicroserviceOptions } from './options';
import type { ResolvedMicroservice, ResolvedScaling } from './resolve';
import { resourceProblems } from '../shared/resources';
import { fileProblems } from './pod/config-files';
import { scalingProblems } from './scaling/problems';
import { heldVolumes } from './pod/held-volumes';
import { liveProblems } from './pod/live';
import { strategyProblems } from './release/problems';
import { healthProblems } from './pod/probes';
import { imageProblems, isPlainPath, portProblems } from '../shared/value-problems';

type Found = Generator<ProblemRow>;

/** Everything that is wrong with the options of a microservice by themselves. */
export function* microserviceProblems(given: MicroserviceOptions, options: ResolvedMicroservice): Found {
  yield* imageProblems(options.image);
  yield* scalingProblems(given, options.scaling);
  yield* imageProblems(options.scheduleImage, 'scheduleImage');
  yield* strategyProblems(given, options);
  yield* resourceProblems(options.resources);
  yield* liveProblems(options);
  yield* allPortProblems(options);
  yield* pathProblems(options);
  yield* fileProblems(options.files);
  yield* healthProblems(given.health, options);
  yield* volumeProblems(options);
  yield* shutdownProblems(options);
  for (const name of Object.keys(options.env)) {
    if (!isSetting(name)) {
      yield [
        'variable-invalid',
        {
          message: 'It is not the name of an environment variable.',
          field: `env.${name}`,
          expected: 'letters, digits, underscores and dots, no digit first',
          got: show(name),
          fix: 'Rename it.',
        },
      ];
    }
  }
  const { user } = options;
  if (!Number.isInteger(user) || user < 1) {
    yield [
      'construct-invalid',
      {
        message: 'A container of ours never runs as root.',
        field: 'user',
        expected: 'a numeric user from 1 on',
        got: show(user),
        fix: 'Name the user that the image was made for.',
      },
    ];
  }
}

function* allPortProblems({ http, port, ports }: ResolvedMicroservice): Found {
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
          fix: 'Give one of the two another port.',
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
          fix: 'Shorten the name.',
        },
      ];
    }
    taken.set(number, name);
  }
}

function* pathProblems({ files, volumes, writable, workingDir }: ResolvedMicroservice): Found {
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
          fix: 'Write the path as the program sees it, such as /etc/app/words.txt.',
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
          fix: 'Mount one of them elsewhere.',
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
        fix: 'Write the path of a folder of the image.',
      },
    ];
  }
}

/** A volume that one node holds cannot follow a second copy to another node. */
function* volumeProblems(options: ResolvedMicroservice): Found {
  const { scaling } = options;
  if (scaling.kind === 'fixed' && scaling.replicas <= 1) return;
  for (const [path, volume] of heldVolumes(options)) {
    yield [
      'volume-not-shared',
      {
        message: `Several copies would write to the volume ${show(volume.name)}, and only one node at a time can hold it.`,
        field: `volumes.${path}`,
        expected: 'replicas: 1, or a volume that is shared',
        got: scalingOption(scaling),
        fix: 'Write replicas: 1, or make the volume with shared: true and a storageClass that many nodes can write to.',
      },
    ];
  }
}

/** What sets the number of replicas, as the user wrote it. */
function scalingOption(scaling: ResolvedScaling): string {
  if (scaling.kind === 'fixed') return `replicas: ${show(scaling.replicas)}`;
  return scaling.kind === 'load' || scaling.load ? 'autoscale' : 'schedule';
}

function* shutdownProblems({ shutdown: { pause, grace } }: ResolvedMicroservice): Found {
  const whole = (seconds: unknown) => Number.isInteger(seconds) && (seconds as number) >= 0;
  if (!whole(pause) || !whole(grace) || grace <= pause) {
    yield [
      'time-invalid',
      {
        message: 'A copy is killed before it can end by itself.',
        field: 'shutdown',
        expected: 'whole seconds, grace longer than pause',
        got: `pause ${show(pause)}, grace ${show(grace)}`,
        fix: 'Leave at least ten seconds between pause and grace.',
      },
    ];
  }
}
