import type { Problem } from '../../problems/problem';
import type { Report } from './report';

/** A report for GitHub Actions: an annotation at the line of each problem and hint. */
export function githubReport({ problems, hints }: Report): string {
  return annotations('error', problems) + annotations('notice', hints);
}

function annotations(kind: 'error' | 'notice', problems: readonly Problem[]): string {
  return problems
    .map(({ code, message, expected, got, fix, place, object, field, fieldTitle }) => {
      const properties = {
        ...(place && { file: place.file, line: place.line, col: place.column }),
        title: `${code}: ${[object, fieldTitle ?? field].filter(Boolean).join(' · ')}`,
      };
      const text = [message, expected && `expected: ${expected}`, got && `got: ${got}`, `fix: ${fix}`]
        .filter(Boolean)
        .join('\n');
      const written = Object.entries(properties)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
      return `::${kind} ${written.join(',')}::${escaped(text)}\n`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
