import { ApiError, type ApiServer } from '../cluster/connection/api-server';
import { forbiddenProblem, isForbidden } from '../cluster/plan/refusals';
import { EnvironmentError } from '../problems/problem';
import { withoutStop, type Finding } from './finding';
import { LIMIT_MS, withinLimit } from './limit';

/** The media type of an object with only its metadata: without the values of a Secret. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** Reads what a cluster contains. Reads each list once. */
export class ClusterReader {
  readonly #lists = new Map<string, Promise<unknown>>();

  constructor(private readonly api: Pick<ApiServer, 'json'>) {}

  /** The objects at a path. None if the API server does not serve the kind. */
  async list<T>(path: string): Promise<readonly T[]> {
    if (!this.#lists.has(path)) this.#lists.set(path, this.#read(path));
    const list = (await this.#lists.get(path)) as { readonly items?: readonly T[] | null } | undefined;
    return list?.items ?? [];
  }

  /** Whether there is something at a path. */
  async has(path: string): Promise<boolean> {
    return (await this.#read(path, METADATA)) !== undefined;
  }

  /** Whether the API server serves a group. `broken`: another program serves it, and does not answer. */
  async serves(group: string): Promise<'yes' | 'no' | 'broken'> {
    const found = (await this.#read(`/apis/${group}`)) as { preferredVersion?: { groupVersion?: string } } | undefined;
    if (found === undefined) return 'no';
    const version = found.preferredVersion?.groupVersion;
    if (version === undefined) return 'yes';
    try {
      return (await this.#read(`/apis/${version}`)) === undefined ? 'no' : 'yes';
    } catch (error) {
      // The answer is a text without a status, so it looks like a failed connection.
      if (error instanceof EnvironmentError || (error instanceof ApiError && error.status.code >= 500)) return 'broken';
      throw error;
    }
  }

  async #read(path: string, accept?: string): Promise<unknown> {
    try {
      return await this.api.json<unknown>(path, accept);
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404) return undefined;
      throw error;
    }
  }
}

/** One check in the cluster. It is not checked if a permission is missing, or if the API server does not answer. */
export async function inCluster(
  base: Pick<Finding, 'name' | 'why'>,
  check: () => Promise<Pick<Finding, 'state' | 'found' | 'fix'>>,
): Promise<Finding> {
  const unknown = (found: string, fix: string): Finding => ({
    ...base,
    state: 'not-checked',
    found: withoutStop(found),
    fix,
  });
  try {
    const result = await withinLimit(check());
    if (result !== 'late') return { ...base, ...result };
    return unknown(`The API server does not answer within ${LIMIT_MS / 1_000} s.`, 'Run callsign doctor again.');
  } catch (error) {
    if (error instanceof ApiError && isForbidden(error.status)) {
      const { message, fix } = forbiddenProblem([error.status]);
      return unknown(message, fix);
    }
    if (error instanceof ApiError) return unknown(error.message, 'Run callsign doctor again.');
    if (error instanceof EnvironmentError) return unknown(error.problems[0]!.message, error.problems[0]!.fix);
    throw error;
  }
}
