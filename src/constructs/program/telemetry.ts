import type { V1EnvVar } from '@kubernetes/client-node';
import type { IConstruct } from 'constructs';
import { Endpoint, type Caller } from '../../links/endpoint';
import {
  collectorPlace,
  telemetrySettings,
  type CollectorPlace,
  type TelemetrySettings,
} from '../shared/telemetry-settings';
import type { ResolvedProgram } from './resolve';
import type { Sourced } from './variables';

type Options = Pick<ResolvedProgram, 'telemetry' | 'env'>;

/** The collector of each app, so that the graph has it once. The settings of an app are one object. */
const collectors = new WeakMap<TelemetrySettings, Endpoint>();

/** It has no address, because its variables are not those of a call. */
function collectorOf(settings: TelemetrySettings, { host, service, port }: CollectorPlace): Endpoint {
  const known = collectors.get(settings);
  if (known) return known;
  const made = service
    ? new Endpoint({ kind: 'service', ...service, pods: settings.pods, ports: [port] })
    : new Endpoint({ kind: 'external', name: host, ports: [port], peers: [] });
  collectors.set(settings, made);
  return made;
}

/**
 * Lets a program send its traces to the collector of the environment. Returns the variables by which the packages of
 * OpenTelemetry find it. A variable of the option `env` has priority.
 */
export function addTelemetry(scope: IConstruct, caller: Caller, { telemetry, env }: Options): Sourced[] {
  const settings = telemetrySettings(scope);
  const { otlp, ratio } = settings;
  const place = otlp === undefined ? undefined : collectorPlace(otlp);
  if (!telemetry || otlp === undefined || !place) return [];
  caller.call(collectorOf(settings, place), 'OTLP');
  const { name, namespace } = caller;
  const attributes = {
    ...(namespace !== undefined && { 'service.namespace': namespace, 'k8s.namespace.name': namespace }),
    'k8s.pod.name': '$(OTEL_POD_NAME)',
    'service.instance.id': '$(OTEL_POD_NAME)',
  };
  const variables: V1EnvVar[] = [
    { name: 'OTEL_SERVICE_NAME', value: name },
    { name: 'OTEL_POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    {
      name: 'OTEL_RESOURCE_ATTRIBUTES',
      value: Object.entries(attributes)
        .map((pair) => pair.join('='))
        .join(),
    },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: otlp },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: place.port === 4317 ? 'grpc' : 'http/protobuf' },
    ...(ratio === undefined
      ? []
      : [
          { name: 'OTEL_TRACES_SAMPLER', value: 'parentbased_traceidratio' },
          { name: 'OTEL_TRACES_SAMPLER_ARG', value: String(ratio) },
        ]),
  ];
  return variables
    .filter((variable) => !(variable.name in env))
    .map((variable) => ({ variable, source: 'the setting telemetry' }));
}
