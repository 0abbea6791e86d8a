import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { spansOfJson, spansOfProtobuf } from './otlp';
import type { Span } from './span';

const LARGEST_BODY = 8 * 1024 * 1024;
const PATH = '/v1/traces';

/** A server that takes spans of instrumented programs by OTLP over HTTP, in JSON and in protocol buffers. */
export function otlpReceiver(onSpan: (span: Span) => void): Server {
  return createServer((incoming, response) => {
    void receive(incoming, response, onSpan);
  });
}

/** The variables with which the SDKs of OpenTelemetry send their spans here. */
export function otlpVariables(port: number, part: string): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: part,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${port}${PATH}`,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
  };
}

async function receive(
  incoming: IncomingMessage,
  response: ServerResponse,
  onSpan: (span: Span) => void,
): Promise<void> {
  const end = (status: number, text = '') => response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  if (incoming.method !== 'POST' || incoming.url !== PATH) return void end(404, `Send spans to ${PATH}.\n`);
  // A web page must not write here. Browsers send the origin with every POST.
  if (incoming.headers.origin !== undefined) return void end(403, 'Web pages cannot send spans.\n');
  try {
    const body = await bodyOf(incoming);
    const isJson = incoming.headers['content-type']?.startsWith('application/json') ?? false;
    for (const span of isJson ? spansOfJson(body.toString('utf8')) : spansOfProtobuf(body)) onSpan(span);
    // An empty answer means that all spans were accepted.
    response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' });
    response.end(isJson ? '{}' : '');
  } catch (error) {
    end(400, `${(error as Error).message}\n`);
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new RangeError('The request is too long.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body, { maxOutputLength: LARGEST_BODY }) : body;
}
