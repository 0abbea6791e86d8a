// Which comments are rejected: those with a blocked word, however it is written in upper or lower case.
import type { Verdict } from '../common/blog.ts';

export type Judge = (content: string) => Verdict;

export function createJudge(blockedWords: readonly string[]): Judge {
  const blocked = new Set(blockedWords.flatMap(wordsOf));
  return (content) => (wordsOf(content).some((word) => blocked.has(word)) ? 'rejected' : 'approved');
}

/** Whole words only: "Scunthorpe" is a town. Look-alike forms are folded, and characters without a width left out. */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .replace(/\p{Cf}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}
