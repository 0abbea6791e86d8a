import { isDnsLabel, isVariable } from '../../k8s/names';
import { show, type Finding } from '../../k8s/problem';
import type { MicroserviceOptions } from '../microservice-options';
import { resourceProblems } from '../resources';
import { copiesProblems } from './copies-problems';
import { liveProblems } from './live';
import { strategyProblems } from './strategy-problems';
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
  yield* shutdownProblems(options);
  for (const name of Object.keys(options.env ?? {})) {
    if (!isVariable(name)) {
      yield [
        'variable-invalid',
        {
          message: 'It is not the name of an environment variable.',
          field: `env.${name}`,
          expected: 'letters, digits and underscores, no digit first',
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

function* allPortProblems({ port = 8080, ports = {} }: MicroserviceOptions): Found {
  const taken = new Map<unknown, string>();
  for (const [name, number] of [['http', port] as const, ...Object.entries(ports)]) {
    const field = taken.size === 0 ? 'port' : `ports.${name}`;
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

function* pathProblems({ files = {}, volumes = {}, writable = ['/tmp'], health = {} }: MicroserviceOptions): Found {
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
  for (const [option, path] of Object.entries(health)) {
    if (path !== undefined && !isPlainPath(path)) {
      yield [
        'path-invalid',
        {
          message: 'It is not a path that can be asked.',
          field: `health.${option}`,
          expected: 'an absolute path, such as /healthz/ready',
          got: show(path),
          mend: 'Write only the path: host and port are known.',
        },
      ];
    }
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
