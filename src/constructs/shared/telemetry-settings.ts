import type { IConstruct } from 'constructs';
import { show } from '../../basics/text';
import { isHost } from '../../k8s/names';
import { row, type ProblemRow } from '../../problems/problem';
import type { OptionNames } from '../../problems/unknown-options';
import { settingsOf, type Known } from './overrides';

/** The collector of an environment: it gets the traces of all microservices and tasks. */
export interface TelemetrySettings {
  /**
   * The address of its OTLP receiver. A host of two words is a Service and its namespace:
   * `'http://collector.observability:4318'`. Port 4317 is gRPC, every other port is HTTP.
   * @default - programs send no traces
   */
  readonly otlp?: string;
  /**
   * The labels of its pods in the cluster. The policies allow only them.
   * @default - all pods of its namespace, on this port only
   */
  readonly pods?: Readonly<Record<string, string>>;
  /**
   * The share of new traces that programs record, from 0 to 1. Programs continue the traces of their callers anyway.
   * @default - all, the default of OpenTelemetry
   */
  readonly ratio?: number;
}

const NAMES: OptionNames<TelemetrySettings> = { otlp: true, pods: true, ratio: true };

/** The settings, and those that an environment variable can set, such as `CALLSIGN_TELEMETRY_OTLP`. */
const KNOWN: Known = { names: NAMES, numbers: ['ratio'], texts: ['otlp'], defaults: {} };

/** The settings of the environment of an app. */
export function telemetrySettings(scope: IConstruct): TelemetrySettings {
  return settingsOf(scope)?.own('telemetry', KNOWN) ?? {};
}

/** Where a collector is: a Service in a namespace, or a host outside the cluster. */
export interface CollectorPlace {
  readonly host: string;
  readonly service?: { readonly name: string; readonly namespace: string };
  readonly port: number;
}

/** The place of the collector; undefined if the address is not valid. */
export function collectorPlace(otlp: string): CollectorPlace | undefined {
  if (!/^https?:\/\//.test(otlp) || !URL.canParse(otlp)) return undefined;
  const { hostname, port, protocol } = new URL(otlp);
  if (!isHost(hostname)) return undefined;
  const [name, namespace, ...more] = hostname.replace(/\.svc(\.cluster\.local)?$/, '').split('.');
  if (name === undefined || namespace === undefined) return undefined;
  const inCluster = more.length === 0 && { service: { name, namespace } };
  return { host: hostname, ...inCluster, port: Number(port) || { 'http:': 80, 'https:': 443 }[protocol]! };
}

/** The problems of the settings. */
export function* telemetryProblems({ otlp, pods, ratio }: TelemetrySettings): Generator<ProblemRow> {
  const place = otlp === undefined ? undefined : collectorPlace(otlp);
  if (otlp === undefined && (pods !== undefined || ratio !== undefined))
    yield row('construct-invalid', {
      message: 'There is no collector that these settings could be for.',
      field: 'telemetry.otlp',
      expected: 'the address of the collector',
      got: 'none',
      fix: "Add otlp: 'http://collector.observability:4318', or remove the settings.",
    });
  if (otlp !== undefined && !place)
    yield row('host-invalid', {
      message: 'This is not the address of a collector.',
      field: 'telemetry.otlp',
      expected: 'http:// or https://, a Service and its namespace or a host outside the cluster, and a port',
      got: show(otlp),
      fix: "Write, for instance, otlp: 'http://collector.observability:4318'.",
    });
  if (pods !== undefined && place && !place.service)
    yield row('construct-invalid', {
      message: 'A host outside the cluster has no pods.',
      field: 'telemetry.pods',
      expected: 'no labels, or a Service in the cluster',
      got: show(otlp),
      fix: 'Remove pods, or write the name of the Service and its namespace: collector.observability.',
    });
  if (ratio !== undefined && !(ratio >= 0 && ratio <= 1))
    yield row('construct-invalid', {
      message: 'This is not a share of traces.',
      field: 'telemetry.ratio',
      expected: 'a number from 0 to 1',
      got: show(ratio),
      fix: 'Write, for instance, 0.1 for one trace of ten.',
    });
}
