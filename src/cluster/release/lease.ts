import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallsignError } from '../../problems/problem';
import { ApiError, type ApiServer, type LiveObject } from '../connection/api-server';
import type { ReleaseName } from './apply-set';

/** A holder that does not renew for so long is dead. */
const DURATION_SECONDS = 10;
const RENEW_MS = 2_500;
const POLL_MS = 500;

interface Lease extends LiveObject {
  readonly spec?: { readonly holderIdentity?: string | null; readonly renewTime?: string | null };
}

/** Only one apply of a release at a time: a Lease, which its holder renews. */
export class ReleaseLock {
  #renewal: NodeJS.Timeout | undefined;
  #isFree = false;
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly api: ApiServer,
    private readonly release: ReleaseName,
    readonly holder: string,
    private version: string,
    private readonly onLost: () => void,
  ) {
    this.#renewLater();
  }

  /** Takes the lock. `onLost` is called if another process takes it later. If another process holds it and renews it, throws a problem that names the holder. */
  static async take(
    api: ApiServer,
    release: ReleaseName,
    onLost: () => void,
    holder = identity(),
  ): Promise<ReleaseLock> {
    const path = pathOf(release);
    let seen: { renewed: string; since: number } | undefined;
    for (;;) {
      const lease: Lease | undefined = await api.get(`${path}/${release.name}`);
      const other = lease?.spec?.holderIdentity;
      const renewed = lease?.spec?.renewTime ?? '';
      // The clocks of two machines differ. So the lease has ended if nobody renewed it while we looked.
      if (other) {
        if (seen && seen.renewed !== renewed) throw new CallsignError([heldBy(other, release)]);
        seen ??= { renewed, since: Date.now() };
        if (Date.now() - seen.since < DURATION_SECONDS * 1_000) {
          await sleep(POLL_MS);
          continue;
        }
      }
      try {
        const body = bodyOf(release, holder, lease?.metadata.resourceVersion);
        const taken = await (lease
          ? api.change('PUT', `${path}/${release.name}`, { type: 'json', body })
          : api.change('POST', path, { type: 'json', body }));
        return new ReleaseLock(api, release, holder, taken.metadata.resourceVersion, onLost);
      } catch (error) {
        // Another process was faster.
        if (!(error instanceof ApiError) || error.status.code !== 409) throw error;
      }
    }
  }

  /** Gives the lock back, so that the next apply need not wait. */
  async free(): Promise<void> {
    this.#isFree = true;
    clearTimeout(this.#renewal);
    await this.#busy;
    await this.#write('').catch(() => undefined);
  }

  /** One renewal after the other: two at the same time would be a conflict with ourselves. */
  #renewLater(): void {
    this.#renewal = setTimeout(() => {
      this.#busy = this.#renew().then((isOurs) => {
        if (!isOurs) this.onLost();
        else if (!this.#isFree) this.#renewLater();
      });
    }, RENEW_MS);
  }

  /** Whether the lock is still ours. An error of the network is tried again: the lease is longer than three renewals. */
  async #renew(): Promise<boolean> {
    try {
      await this.#write(this.holder);
      return true;
    } catch (error) {
      return !(error instanceof ApiError) || error.status.code !== 409 || this.#readAgain();
    }
  }

  /** After a conflict: the answer to our own last renewal may have been lost. Or another process took the lock. */
  async #readAgain(): Promise<boolean> {
    const { name } = this.release;
    const lease: Lease | undefined = await this.api.get(`${pathOf(this.release)}/${name}`).catch(() => undefined);
    if (!lease) return true;
    this.version = lease.metadata.resourceVersion;
    return lease.spec?.holderIdentity === this.holder;
  }

  async #write(holder: string): Promise<void> {
    const { api, release } = this;
    const body = bodyOf(release, holder, this.version);
    const { metadata } = await api.change('PUT', `${pathOf(release)}/${release.name}`, { type: 'json', body });
    this.version = metadata.resourceVersion;
  }
}

function heldBy(holder: string, { name }: ReleaseName) {
  return {
    code: 'release-locked',
    message: `Another apply of the release ${name} is running.`,
    got: `held by ${holder}`,
    fix: 'Wait until it ends, and apply again.',
  } as const;
}

function identity(): string {
  return `${userInfo().username}@${hostname()}, process ${process.pid}`;
}

function pathOf({ namespace }: ReleaseName): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
}

function bodyOf({ name, namespace }: ReleaseName, holder: string, resourceVersion: string | undefined): object {
  const now = new Date().toISOString().replace('Z', '000Z');
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, ...(resourceVersion !== undefined && { resourceVersion }) },
    spec: { holderIdentity: holder, leaseDurationSeconds: DURATION_SECONDS, acquireTime: now, renewTime: now },
  };
}
