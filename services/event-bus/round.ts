/**
 * One round of deliveries from one cursor, without its input and output: which entries to try (`plan`), and what their
 * outcomes mean (`settle`). Here it is decided what is sick and what is poisoned.
 */
import { backoffDelay } from '../common/backoff.ts';
import type { Claim, Death, Entry, Pending, Settlement } from './log.ts';

export interface Policy {
  /** Failures in a row that count before an entry is a dead letter. */
  readonly maxAttempts: number;
  /** So many refusals in a row are believed without seeing the subscriber accept anything. */
  readonly maxRefusals: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
}

export type Outcome =
  | { readonly kind: 'accepted' }
  /** The subscriber says that it will never take this entry. */
  | { readonly kind: 'refused'; readonly error: string }
  /** `seen`: it may have reached the subscriber, so it may be the entry's own fault. */
  | { readonly kind: 'failed'; readonly error: string; readonly seen: boolean; readonly retryAfterMs?: number };

interface Item {
  readonly entry: Entry;
  readonly pending?: Pending;
}

export interface Plan {
  /** One for each subject: to be delivered in order, and no further than the first failure. */
  readonly chains: readonly (readonly Item[])[];
  /** All that the round looked at, in the order of offsets; also what must wait behind another of its subject. */
  readonly items: readonly Item[];
}

/** The pending entries whose turn it is: of each subject those from the first on, if the first is due. */
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
  // Perhaps sick: ask with two entries only, the first and any other, lest the first be poisoned.
  const other = Math.floor(random() * chains.length);
  const probes = other === 0 ? [chains[0]![0]!] : [chains[0]![0]!, chains[other]![0]!];
  return { chains: probes.map((item) => [item]), items: probes };
}

/** Whose fault is it? Control deliveries tell: of events that the subscriber has accepted before. */
export function needsControls(claim: Claim, outcomes: ReadonlyMap<number, Outcome>, policy: Policy): boolean {
  const results = [...outcomes.values()];
  if (results.some((outcome) => outcome.kind === 'failed' && outcome.seen)) return true;
  if (results.some(({ kind }) => kind === 'accepted') || acceptedElsewhere(claim)) return false;
  return claim.state.refusals + results.filter(({ kind }) => kind === 'refused').length > policy.maxRefusals;
}

/**
 * `well`: the subscriber accepted all control deliveries after this round's failures. The cursor may pass an entry that
 * fails if the subscriber accepted anything meanwhile. But a failure only counts if it is *alone*: the subscriber is well,
 * and of what else was new to it since this entry's last failure it accepted at least nine in ten. Or else one that is
 * overloaded, or has a broken copy, would now and then fail at the same good event again and again.
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
      // Offsets are dense: what is not the next one is behind one that stays, and will be read again with it.
      continue;
    } else if (outcome === undefined) {
      // Behind a failed one of its subject, or the round ended before its turn.
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
      // In a row: with many tries, chance would bring enough of them together.
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

/** While this cursor had trouble, the subscriber accepted something of another partition. */
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
