import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { EnvironmentError } from '../../problems/problem';
import type { KubeObject } from '../../k8s/objects';
import type { Variables } from './kubectl-child';
import { KubectlProxy } from './kubectl-proxy';
import { connectionProblem, credentialProblem } from './problems';

/** An error of the API server, as it reports it. */
export interface Status {
  readonly code: number;
  readonly message: string;
  readonly reason?: string;
  readonly details?: {
    readonly kind?: string;
    readonly name?: string;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
}

/** The API server refused a request. */
export class ApiError extends Error {
  constructor(readonly status: Status) {
    super(status.message);
  }
}

/** The content types of a change. */
const TYPES = {
  apply: 'application/apply-patch+yaml',
  json: 'application/json',
  'json-patch': 'application/json-patch+json',
} as const;

export interface Send {
  readonly body: unknown;
  readonly type: keyof typeof TYPES;
}

/** The media type of lists with only the metadata of objects: without the values of Secrets, and small. */
export const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Requests at the same time. More do not make the API server faster. */
const AT_ONCE = 24;

/** The API server of one cluster. */
export class ApiServer {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  private constructor(
    readonly context: string | undefined,
    private readonly proxy: Pick<KubectlProxy, 'socket' | 'errors' | 'stop'>,
  ) {}

  static async connect(context: string | undefined, environment: Variables, stop?: AbortSignal): Promise<ApiServer> {
    return new ApiServer(context, await KubectlProxy.start(context, environment, stop));
  }

  /** An answer as JSON. */
  async json<T>(path: string, accept?: string): Promise<T> {
    return (await this.#request('GET', path, undefined, accept)) as T;
  }

  /** An answer as text, such as a log. */
  async text(path: string): Promise<string> {
    return textOf(await this.#answer('GET', path, undefined, '*/*'));
  }

  /** An answer that can last long, such as a log. Undefined if it is refused, or if the signal ended it first. */
  async stream(path: string, stop: AbortSignal): Promise<IncomingMessage | undefined> {
    try {
      const answer = await this.#answer('GET', path, undefined, '*/*', { agent: false, signal: stop });
      if (answer.statusCode! >= 300) {
        answer.resume();
        return undefined;
      }
      // The signal also ends the answer. That is not an error.
      answer.on('error', () => undefined);
      return answer;
    } catch (error) {
      if (stop.aborted) return undefined;
      throw error;
    }
  }

  /** An object, or undefined if it does not exist. */
  async get(path: string): Promise<LiveObject | undefined> {
    try {
      return await this.json<LiveObject>(path);
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404) return undefined;
      throw error;
    }
  }

  async change(method: 'PATCH' | 'PUT' | 'POST', path: string, send: Send): Promise<LiveObject> {
    return (await this.#request(method, path, send)) as LiveObject;
  }

  async delete(path: string, options: object): Promise<void> {
    await this.#request('DELETE', path, {
      type: 'json',
      body: { apiVersion: 'v1', kind: 'DeleteOptions', ...options },
    });
  }

  close(): void {
    this.#agent.destroy();
    this.proxy.stop();
  }

  async #request(method: string, path: string, send?: Send, accept = 'application/json'): Promise<unknown> {
    const answer = await this.#answer(method, path, send, accept);
    const text = await textOf(answer);
    const code = answer.statusCode!;
    if (code < 300) return JSON.parse(text);
    if (code === 401) throw new EnvironmentError([credentialProblem(this.context)]);
    const status = statusOf(text);
    // The API server always answers with a status. Other errors are texts of the proxy: it cannot connect.
    if (!status && code >= 500)
      throw new EnvironmentError([connectionProblem(`${this.proxy.errors}\n${text}`, this.context)]);
    throw new ApiError(status ?? { code, message: text.trim() || `status ${code}` });
  }

  #answer(
    method: string,
    path: string,
    send: Send | undefined,
    accept: string,
    more: Pick<RequestOptions, 'agent' | 'signal'> = { agent: this.#agent },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const body = send && Buffer.from(JSON.stringify(send.body));
      const headers = {
        accept,
        // The proxy admits only requests for this host.
        host: 'localhost',
        ...(send && body && { 'content-type': TYPES[send.type], 'content-length': body.length }),
      };
      request({ socketPath: this.proxy.socket, method, path, headers, ...more }, resolve)
        .on('error', () => reject(new EnvironmentError([connectionProblem(this.proxy.errors, this.context)])))
        .end(body);
    });
  }
}

/** An object as the cluster holds it. */
export interface LiveObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly managedFields?: readonly ManagedFields[];
  };
}

/** The fields that one manager owns. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: FieldTree;
}

/** Fields as `fieldsV1` writes them: `f:spec`, `k:{"name":"web"}`, `v:"value"`, and `.` for the group itself. */
export interface FieldTree {
  readonly [part: string]: FieldTree;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function statusOf(text: string): Status | undefined {
  try {
    const status = JSON.parse(text) as Partial<Status> & { kind?: string };
    return status.kind === 'Status' && status.code !== undefined ? (status as Status) : undefined;
  } catch {
    return undefined;
  }
}
