import { styleText } from 'node:util';
import { count } from '../../basics/text';
import type { Finding } from '../../doctor/finding';

const MARKS = {
  ok: ['✓', 'green', 'ok'],
  warning: ['!', 'yellow', 'warning'],
  missing: ['✗', 'red', 'missing'],
  'not-checked': ['-', 'dim', 'not checked'],
} as const;

/** A line for each check, the fixes, and a summary. */
export function doctorText(findings: readonly Finding[], terminal: boolean): string {
  const paint = (format: 'green' | 'red' | 'yellow' | 'dim', text: string) =>
    terminal ? styleText(format, text, { validateStream: false }) : text;
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, state, found, why, fix }) => {
    const [mark, color] = MARKS[state];
    return [
      `${paint(color, `${mark} ${name.padEnd(width)}`)}  ${found}  ${paint('dim', `(${why})`)}`,
      ...(fix === undefined ? [] : [`${' '.repeat(width + 4)}fix: ${fix}`]),
    ];
  });
  const counts = Object.entries(MARKS).flatMap(([state, [mark, , word]]) => {
    const n = findings.filter((finding) => finding.state === state).length;
    return n > 0 ? [`${mark} ${word === 'warning' ? count(n, word) : `${n} ${word}`}`] : [];
  });
  return `${lines.join('\n')}\n\n${count(findings.length, 'check')}: ${counts.join(', ')}\n`;
}
