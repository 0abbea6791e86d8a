import type { Construct } from 'constructs';
import { isDnsLabel } from '../../k8s/names';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import type { MicroserviceOptions } from './options';
import { ownPorts, portsByName } from './ports';
import type { ResolvedMicroservice, ResolvedScaling } from './resolve';
import { heldVolumes } from '../program/held-volumes';
import { programProblems } from '../program/problems';
import { lifecycleProblems } from '../shared/lifecycle';
import { metricsProblems } from './metrics/problems';
import { backlogProblems } from './pod/backlog';
import { serviceProblems } from './service-options';
import { scalingMetricProblems } from './scaling/metric-problems';
import { scalingProblems } from './scaling/problems';
import { liveProblems } from './pod/live';
import { strategyProblems } from './release/problems';
import { healthProblems, servesHttp } from './pod/probes';
import { servedPortProblems } from './pod/served-port';
import { imageProblems, portProblems } from '../shared/value-problems';

type Found = Generator<ProblemRow>;

/** All problems of the options of a microservice. */
export function* microserviceProblems(
  scope: Construct & { readonly name: string; readonly namespace: string | undefined },
  given: MicroserviceOptions,
  options: ResolvedMicroservice,
): Found {
  yield* programProblems(scope.name, given, options, { ...portsByName(options), ...ownPorts(options) });
  yield* scalingProblems(given, options.scaling);
  yield* scalingMetricProblems(scope, given);
  yield* imageProblems(options.scheduleImage, 'scheduleImage');
  yield* strategyProblems(given, options);
  yield* liveProblems(options);
  yield* allPortProblems(options);
  yield* servedPortProblems(options);
  yield* healthProblems(given.health, options);
  yield* volumeProblems(options);
  yield* shutdownProblems(options);
  yield* lifecycleProblems('lifecycle', options.lifecycle, servesHttp(options));
  yield* backlogProblems(options);
  yield* metricsProblems(scope, options);
  yield* serviceProblems(options.service, { ...options, ports: { ...options.ports, ...options.udpPorts } });
}

/** The option of each port that the chart names itself. */
const FIELDS: Readonly<Record<string, string>> = {
  http: 'port',
  events: 'eventsPort',
  health: 'health.port',
  metrics: 'metrics.port',
};

function* allPortProblems(options: ResolvedMicroservice): Found {
  const taken = { TCP: new Map<unknown, string>(), UDP: new Map<unknown, string>() };
  const own = { ...(options.http && { http: options.port }), ...ownPorts(options) };
  const fields = [
    ...Object.entries(own).map(([name, number]) => [FIELDS[name]!, name, number, 'TCP'] as const),
    ...Object.entries(options.ports).map(([name, number]) => [`ports.${name}`, name, number, 'TCP'] as const),
    ...Object.entries(options.udpPorts).map(([name, number]) => [`udpPorts.${name}`, name, number, 'UDP'] as const),
  ];
  for (const [field, name, number, protocol] of fields) {
    yield* portProblems(field, number);
    const other = taken[protocol].get(number);
    const hasTakenName =
      (field === `ports.${name}` && (name === 'http' || Object.hasOwn(own, name))) ||
      (protocol === 'UDP' && Object.hasOwn({ ...own, ...options.ports, http: true }, name));
    if (other !== undefined || hasTakenName) {
      yield row('port-taken', {
        message: `The port conflicts with the port ${show(other ?? name)}.`,
        field,
        expected: 'a different name and number for each port',
        got: `${name}: ${show(number)}`,
        fix: 'Give one of the two ports another name and number.',
      });
    }
    if (name.length > 15 || !isDnsLabel(name)) {
      yield row('name-invalid', {
        message: 'This is not a valid name of a port.',
        field,
        expected: 'lower-case letters, digits and dashes, at most 15',
        got: show(name),
        fix: `Write a shorter name of these characters, such as ports: { metrics: ${show(number)} }.`,
      });
    }
    taken[protocol].set(number, name);
  }
}

/** The problems of volumes that are not shared: replicas on other nodes cannot mount them. */
function* volumeProblems(options: ResolvedMicroservice): Found {
  const { scaling } = options;
  if (scaling.kind === 'fixed' && scaling.replicas <= 1) return;
  for (const [path, volume] of heldVolumes(options)) {
    yield row('volume-not-shared', {
      message: `Several replicas would write to the volume ${show(volume.name)}, which only one node can mount at a time.`,
      field: `volumes.${path}`,
      expected: 'replicas: 1, or a shared volume',
      got: scalingOption(scaling),
      fix: 'Write replicas: 1, or set shared: true and a storageClass that supports ReadWriteMany on the volume.',
    });
  }
}

/** The option that sets the number of replicas. */
function scalingOption(scaling: ResolvedScaling): string {
  if (scaling.kind === 'fixed') return `replicas: ${show(scaling.replicas)}`;
  return scaling.kind === 'load' || scaling.load ? 'autoscale' : 'schedule';
}

function* shutdownProblems({ shutdown: { pause, grace }, lifecycle }: ResolvedMicroservice): Found {
  if (pause > 0 && lifecycle.preStop !== undefined)
    yield row('time-invalid', {
      message: 'Kubernetes runs either the pause or preStop.',
      field: 'shutdown.pause',
      expected: 'shutdown.pause or lifecycle.preStop',
      got: 'both',
      fix: 'Remove shutdown.pause, and let preStop wait itself while the pod still gets requests.',
    });
  const whole = (seconds: unknown) => Number.isInteger(seconds) && (seconds as number) >= 0;
  if (whole(pause) && whole(grace) && grace > pause) return;
  yield row('time-invalid', {
    message: 'The pod is killed before it can shut down.',
    field: 'shutdown',
    expected: 'whole seconds, grace longer than pause',
    got: `pause ${show(pause)}, grace ${show(grace)}`,
    fix: 'Write, for instance, shutdown: { pause: 5, grace: 30 }.',
  });
}
