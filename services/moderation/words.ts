// Rejects comments that contain a blocked word, in upper or lower case.
import type { Verdict } from '../common/blog.ts';

export type Judge = (content: string) => Verdict;

export function createJudge(blockedWords: readonly string[]): Judge {
  const blocked = new Set(blockedWords.flatMap(wordsOf));
  return (content) => (wordsOf(content).some((word) => blocked.has(word)) ? 'rejected' : 'approved');
}

/**
 * Splits text into whole words. Converts compatibility characters, such as wide letters, and removes invisible
 * characters.
 */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .replace(/\p{Cf}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}
