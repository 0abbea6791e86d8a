/** Whether a text can be a reason: it has at least two words. */
export function isReason(text: unknown): boolean {
  return typeof text === 'string' && /\p{L}.*\s.*\p{L}/su.test(text);
}
