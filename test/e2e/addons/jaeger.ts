import type { Context } from '../context';
import { Observer } from './observer';

const NAMESPACE = 'e2e-observability';
/** Where it receives spans. */
export const OTLP = `http://jaeger.${NAMESPACE}:4318`;

export interface Span {
  readonly spanID: string;
  readonly operationName: string;
  readonly processID: string;
  readonly references: readonly { readonly spanID: string }[];
}
export interface Trace {
  readonly spans: readonly Span[];
  readonly processes: Readonly<
    Record<string, { readonly serviceName: string; readonly tags: readonly { key: string; value: string }[] }>
  >;
}

/** Jaeger, with its traces in memory. */
export class Jaeger extends Observer {
  constructor(context: Context) {
    super(context, {
      name: 'jaeger',
      namespace: NAMESPACE,
      image: 'jaegertracing/jaeger:2.13.0',
      user: 10001,
      ports: [4318, 16686],
      ready: { path: '/', port: 16686 },
    });
  }

  /** The services that have sent spans. */
  async services(): Promise<string[]> {
    return ((await this.#data<string[] | null>('services')) ?? []).filter((name) => name !== 'jaeger');
  }

  /** The last traces with a span of this name. */
  traces(service: string, span: string): Promise<Trace[]> {
    return this.#data<Trace[]>(`traces?service=${service}&operation=${encodeURIComponent(span)}`);
  }

  async #data<T>(path: string): Promise<T> {
    return (await this.ask<{ data: T }>(16686, path)).data;
  }
}
