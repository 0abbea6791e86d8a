import type { Claim, Pending } from './log.ts';

/** The pending entries of a cursor, including the dead letters with a redrive request, in the order of offsets. */
export function withRedriven(
  pending: readonly Pending[],
  asked: readonly { readonly offset: number; readonly subject: string }[],
  { accepted, faltered }: Pick<Claim, 'accepted' | 'faltered'>,
): readonly Pending[] {
  const there = new Set(pending.map(({ offset }) => offset));
  const redriven = asked
    .filter(({ offset }) => !there.has(offset))
    .map(({ offset, subject }): Pending => ({
      offset,
      subject,
      attempts: 0,
      tries: 0,
      witness: accepted,
      faltered,
      due: 0,
      redriven: true,
    }));
  return [...pending, ...redriven].toSorted((a, b) => a.offset - b.offset);
}
