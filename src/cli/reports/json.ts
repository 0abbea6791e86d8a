import { countsByCode, type Report } from './report';

/** A report for programs: the number of objects, the number of problems of each rule, every problem, and the hints. */
export function jsonReport({ objects, passedOver, passedFolders, problems, hints, baseline }: Report): string {
  return `${JSON.stringify({ objects, passedOver, ...(passedFolders.length > 0 && { passedFolders }), ...(baseline && { baseline: { known: baseline.known, fixed: baseline.fixed } }), rules: Object.fromEntries(countsByCode(problems)), problems, ...(hints.length > 0 && { hints }) }, undefined, 2)}\n`;
}
