/**
 * The decisions of one round of deliveries from one cursor, without I/O: which entries to deliver (`plan`), and what
 * the outcomes mean (`settle`). This code decides whether the subscriber is sick or an event is poisoned.
 */
import { backoffDelay } from '../common/backoff.ts';
import type { Claim, Death, Entry, Pending, Settlement } from './log.ts';

export interface Policy {
  /** The number of consecutive failures that make an entry a dead letter. */
  readonly maxAttempts: number;
  /** The number of consecutive refusals that become dead letters although the subscriber accepts nothing. */
  readonly maxRefusals: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
}

export type Outcome =
  | { readonly kind: 'accepted' }
  /** The subscriber rejected the entry permanently. */
  | { readonly kind: 'refused'; readonly error: string }
  /** `seen`: the entry may have reached the subscriber, so the entry may be the cause. */
  | { readonly kind: 'failed'; readonly error: string; readonly seen: boolean; readonly retryAfterMs?: number };

interface Item {
  readonly entry: Entry;
  readonly pending?: Pending;
}

export interface Plan {
  /** One chain per subject. A chain is delivered in order, up to the first failure. */
  readonly chains: readonly (readonly Item[])[];
  /** All entries of the round in the order of offsets, including those that wait for another entry of their subject. */
  readonly items: readonly Item[];
}

/** The pending entries to deliver now: all entries of a subject if its first entry is due. */
export function duePending(claim: Claim, now: number): readonly Pending[] {
  const first = firstOfSubjects(claim.state.pending);
  return claim.state.pending.filter(({ subject }) => first.get(subject)!.due <= now);
}

export function plan(
  claim: Claim,
  due: readonly Entry[],
  fresh: readonly Entry[],
  random: () => number = Math.random,
): Plan {
  const pending = new Map(claim.state.pending.map((p) => [p.offset, p]));
  const items: Item[] = [...due, ...fresh]
    .toSorted((a, b) => a.offset - b.offset)
    .map((entry) => ({ entry, ...(pending.has(entry.offset) && { pending: pending.get(entry.offset)! }) }));
  const trying = new Set(due.map((entry) => entry.offset));
  const waiting = new Set(claim.state.pending.filter((p) => !trying.has(p.offset)).map((p) => p.subject));
  const chains = [...group(items.filter((item) => item.pending || !waiting.has(item.entry.subject))).values()];
  if (claim.state.failures === 0 || chains.length === 0) return { chains, items };
  // The subscriber may be sick: probe it with two entries, the first and a random one, because the first may be
  // poisoned.
  const other = Math.floor(random() * chains.length);
  const probes = other === 0 ? [chains[0]![0]!] : [chains[0]![0]!, chains[other]![0]!];
  return { chains: probes.map((item) => [item]), items: probes };
}

/**
 * Whether control deliveries are needed to find the cause of the failures. A control delivery repeats an event that the
 * subscriber accepted before.
 */
export function needsControls(claim: Claim, outcomes: ReadonlyMap<number, Outcome>, policy: Policy): boolean {
  const results = [...outcomes.values()];
  if (results.some((outcome) => outcome.kind === 'failed' && outcome.seen)) return true;
  if (results.some(({ kind }) => kind === 'accepted') || acceptedElsewhere(claim)) return false;
  return claim.state.refusals + results.filter(({ kind }) => kind === 'refused').length > policy.maxRefusals;
}

/**
 * `well`: the subscriber accepted all control deliveries after the failures of this round. The cursor passes a failed
 * entry if the subscriber accepted any other entry meanwhile. But a failure counts only if the entry failed *alone*:
 * the subscriber is well, and since the last failure of this entry it accepted at least nine of ten other new entries.
 * Otherwise an overloaded subscriber, or one with a broken replica, could by chance fail for the same good event
 * several times.
 */
export function settle(
  claim: Claim,
  { items }: Plan,
  outcomes: ReadonlyMap<number, Outcome>,
  policy: Policy,
  now: number,
  well = false,
): Settlement {
  const before = claim.state;
  const results = [...outcomes.values()];
  const accepted = results.filter(({ kind }) => kind === 'accepted').length;
  const wellNow = accepted > 0 || well;
  const witnessed = wellNow || acceptedElsewhere(claim);
  const faltered = items.filter(
    ({ entry, pending }) => !pending && outcomes.get(entry.offset)?.kind === 'failed',
  ).length;
  const totals = { witness: claim.accepted + accepted, faltered: claim.faltered + faltered };
  const trouble = accepted < results.length;

  const deaths: Death[] = [];
  const revived: number[] = [];
  const pending = new Map(before.pending.map((p) => [p.offset, p]));
  let { position } = before;
  let refusals = witnessed ? 0 : before.refusals;
  let held: Outcome | undefined;

  for (const {
    entry: { offset, subject },
    pending: was,
  } of items) {
    const outcome = outcomes.get(offset);
    const entry = was ?? {
      offset,
      subject,
      attempts: 0,
      tries: 0,
      witness: claim.accepted,
      faltered: claim.faltered,
      due: now,
    };
    let left: Pending | undefined;
    if (!was && offset !== position + 1) {
      // Offsets have no gaps. This entry is not the next one, so an earlier entry stays unread, and both will be read
      // again.
      continue;
    } else if (outcome === undefined) {
      // Not delivered: an earlier entry of its subject failed, or the round ended.
      if (!was && trouble && !witnessed) continue;
      left = entry;
    } else if (outcome.kind === 'accepted') {
      if (was?.redriven) revived.push(offset);
    } else if (outcome.kind === 'refused' && (witnessed || ++refusals <= policy.maxRefusals)) {
      deaths.push({ offset, subject, reason: 'refused', error: outcome.error, attempts: entry.attempts + 1 });
    } else if (!was && !witnessed) {
      held ??= outcome;
      continue;
    } else {
      const took = totals.witness - entry.witness;
      const others = totals.faltered - entry.faltered - (was ? 0 : 1);
      const alone = well && others * 9 <= took;
      const seen = outcome.kind === 'refused' || outcome.seen;
      // Only consecutive failures count. Otherwise enough failures would add up by chance over many attempts.
      const attempts = alone && seen ? entry.attempts + 1 : 0;
      const tries = entry.tries + 1;
      if (attempts < policy.maxAttempts)
        left = { ...entry, ...totals, attempts, tries, due: now + delay(policy, tries, outcome) };
      else deaths.push({ offset, subject, reason: 'failed', error: outcome.error, attempts });
    }
    if (left) pending.set(offset, left);
    else pending.delete(offset);
    if (!was) position = offset;
  }

  const failures = wellNow ? 0 : before.failures + (held ? 1 : 0);
  const left = [...pending.values()].toSorted((a, b) => a.offset - b.offset);
  return {
    state: { position, pending: left, failures, refusals, witness: totals.witness },
    accepted,
    faltered,
    deaths,
    revived,
    retries: results.length - accepted - deaths.length,
    holdFor: held ? delay(policy, failures, held) : Math.max(0, claim.freshDue - now),
    retryIn:
      left.length > 0
        ? Math.max(0, Math.min(...[...firstOfSubjects(left).values()].map(({ due }) => due)) - now)
        : undefined,
  };
}

/** Whether the subscriber accepted an entry of another partition while this cursor had failures. */
function acceptedElsewhere({ accepted, state }: Claim): boolean {
  return (state.failures > 0 || state.refusals > 0) && accepted > state.witness;
}

function delay(policy: Policy, tries: number, outcome: Outcome): number {
  const asked = outcome.kind === 'failed' ? (outcome.retryAfterMs ?? 0) : 0;
  const backoff = backoffDelay(tries, { baseMs: policy.retryBaseMs, maxMs: policy.retryMaxMs });
  return Math.max(backoff, Math.min(asked, policy.retryMaxMs));
}

function firstOfSubjects(pending: readonly Pending[]): Map<string, Pending> {
  const first = new Map<string, Pending>();
  for (const p of pending) if (!first.has(p.subject)) first.set(p.subject, p);
  return first;
}

function group(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const chain = groups.get(item.entry.subject);
    if (chain) chain.push(item);
    else groups.set(item.entry.subject, [item]);
  }
  return groups;
}
