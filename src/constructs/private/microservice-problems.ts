import { isDnsLabel, isVariable } from '../../k8s/names';
import { show, type Finding } from '../../k8s/problem';
import type { MicroserviceOptions } from '../microservice-options';
import { resourceProblems } from '../resources';
import { imageProblems, isPlainPath, portProblems } from './value-problems';

type Found = Generator<Finding>;

/** Everything that is wrong with the options of a microservice by themselves. */
export function* microserviceProblems(options: MicroserviceOptions): Found {
  yield* imageProblems(options.image);
  yield* copiesProblems(options);
  yield* resourceProblems(options.resources);
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

function* copiesProblems({ replicas, autoscale }: MicroserviceOptions): Found {
  if (replicas !== undefined && autoscale !== undefined) {
    yield [
      'replicas-and-autoscale',
      {
        message: 'A fixed number of copies and autoscaling would work against each other.',
        field: 'replicas',
        expected: 'one of replicas and autoscale',
        got: `replicas ${show(replicas)} and autoscale ${show(autoscale)}`,
        mend: 'Take out replicas; autoscale.min is where it starts.',
      },
    ];
  }
  if (replicas !== undefined && !(Number.isSafeInteger(replicas) && replicas >= 0)) {
    yield [
      'replicas-invalid',
      {
        message: 'There cannot be this many copies.',
        field: 'replicas',
        expected: 'a whole number from 0 on',
        got: show(replicas),
        mend: 'Write the number of copies.',
      },
    ];
  }
  if (!autoscale) return;
  const { min = 2, max, cpu = 70 } = autoscale;
  const wrong = [
    !(Number.isInteger(min) && min >= 1) && (['min', 'a whole number from 1 on', min] as const),
    !(Number.isInteger(max) && max > min) && (['max', `a whole number above min (${show(min)})`, max] as const),
    !(Number.isInteger(cpu) && cpu >= 1 && cpu <= 100) && (['cpu', 'a whole number from 1 to 100', cpu] as const),
  ];
  for (const entry of wrong) {
    if (!entry) continue;
    const [field, expected, got] = entry;
    yield [
      'autoscale-invalid',
      {
        message: `Autoscaling cannot work with this ${field}.`,
        field: `autoscale.${field}`,
        expected,
        got: show(got),
        mend: 'Write, for instance, autoscale: { min: 2, max: 6, cpu: 70 }.',
      },
    ];
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
