import { countsByCode, type Report } from './report';

/** For any program: what was looked at, how often each rule was broken, and every problem. */
export function jsonReport({ objects, passedOver, passedFolders, problems }: Report): string {
  return `${JSON.stringify({ objects, passedOver, ...(passedFolders.length > 0 && { passedFolders }), rules: Object.fromEntries(countsByCode(problems)), problems }, undefined, 2)}\n`;
}
