// Shared by the conformance tests: two handles on one log, as two processes have, and a subscriber for each test.
import { Unavailable } from '../../../../services/common/errors.ts';
import type { Claim, Log, Publication, Settlement } from '../../../../services/event-bus/log.ts';

export const lease = 20_000;
export const mebibyte = 1024 * 1024;

export function publication(id: string, subject = 'post-1', more: Partial<Publication> = {}): Publication {
  return { source: '/test', id, subject, body: JSON.stringify({ id }), digest: 'one', requestid: undefined, ...more };
}

/** A settlement that moves the cursor to `position`. */
export function settled(claim: Claim, position: number, more: Partial<Settlement> = {}): Settlement {
  return {
    state: { ...claim.state, position },
    accepted: position - claim.state.position,
    faltered: 0,
    retries: 0,
    deaths: [],
    revived: [],
    holdFor: 0,
    retryIn: undefined,
    ...more,
  };
}

/**
 * Retries while the log is unavailable, as a publisher does. On a busy machine, waiting for a connection can time out.
 */
export async function surely<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  }
}

export class Fixture {
  readonly log: Log;
  readonly other: Log;
  /** The subscriber of this test, and the prefix of its ids and subjects, because tests share one log. */
  name = '';
  #tests = 0;

  constructor(log: Log, other: Log) {
    this.log = log;
    this.other = other;
  }

  next(): void {
    this.name = `subscriber-${++this.#tests}`;
  }

  id(n: number | string): string {
    return `${this.name}/${n}`;
  }

  store(n: number, subject = this.name): Promise<readonly unknown[]> {
    return this.log.append(Array.from({ length: n }, (_, i) => publication(this.id(i), subject)));
  }

  /** Skips the entries of other tests, so that only new entries are due. */
  async subscribeToNew(subscriber = this.name): Promise<void> {
    await this.log.subscribe([subscriber]);
    for (let claim = await this.log.claim(subscriber, lease); claim; claim = await this.log.claim(subscriber, lease)) {
      await this.log.settle(claim, settled(claim, claim.head, { accepted: 0 }), 'release');
    }
  }

  async claimNew(subscriber = this.name, from = this.log): Promise<Claim> {
    const claim = await from.claim(subscriber, lease);
    if (!claim) throw new Error('no cursor can be claimed');
    return claim;
  }
}
