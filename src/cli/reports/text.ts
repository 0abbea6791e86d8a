import { styleText } from 'node:util';
import { secretsInText } from '../../check/secrets/secrets-in-text';
import { secretsInWords } from '../../check/secrets/secrets-in-words';
import { formatProblem, type Problem } from '../../problems/problem';
import { count } from '../../basics/text';
import { countsByCode, problemsByFile, type Report } from './report';

/** Longer lines are cut around the place of the problem. */
const WIDTH = 120;

/** A report for people: the problems of each file, each with the marked line, and then the hints. */
export function textReport(report: Report, terminal: boolean): string {
  const { problems, hints, objects, passedOver, passedFolders, line } = report;
  const paint = painter(terminal);
  const passed = passedFolders
    .map(({ folder, instead }) => `skipped ${folder}, because it has to be rendered first: ${instead}\n`)
    .join('');
  const baseline = baselineText(report);
  const hintTexts = hints.map((hint) => `${problemText(hint, line, paint)}\n\n`);
  const hinted = hints.length > 0 ? `${paint('underline', 'Hints')}\n\n${hintTexts.join('')}` : '';
  const hintCount = hints.length > 0 ? `, ${count(hints.length, 'hint')}` : '';
  if (problems.length === 0)
    return `${hinted}${count(objects, 'object')}, no ${report.baseline ? 'new ' : ''}problems${hintCount}${passedOver > 0 ? `; skipped ${count(passedOver, 'document')} without a Kubernetes kind` : ''}\n${baseline}${passed}`;
  const files = problemsByFile(problems);
  const parts = [...files].map(([file, all]) => {
    const heading =
      files.size > 1 ? `${paint('underline', file || 'without a file')}  ${count(all.length, 'problem')}\n\n` : '';
    return heading + all.map((problem) => problemText(problem, line, paint)).join('\n\n');
  });
  const summary = `${count(problems.length, report.baseline ? 'new problem' : 'problem')}: ${[...countsByCode(problems)].map(([code, n]) => `${n} ${code}`).join(', ')}${hintCount}`;
  const more = terminal ? `\ncallsign check --explain ${problems[0]!.code} explains the rule` : '';
  return `${parts.join('\n\n')}\n\n${hinted}${summary}${more}\n${baseline}${passed}`;
}

/** How many problems the baseline hides, and whether it is out of date. */
function baselineText({ baseline }: Report): string {
  if (!baseline) return '';
  const { file, known, fixed } = baseline;
  const gone = fixed.reduce((sum, { count: times = 1 }) => sum + times, 0);
  return [
    ...(known > 0 ? [`${count(known, 'problem')} of the baseline not shown`] : []),
    ...(gone > 0
      ? [
          `${count(gone, 'problem')} of the baseline ${gone === 1 ? 'is' : 'are'} fixed: update it with --write-baseline ${file}`,
        ]
      : []),
  ]
    .map((text) => `${text}\n`)
    .join('');
}

type Paint = (format: 'bold' | 'cyan' | 'red' | 'underline' | 'dim', text: string) => string;

// The caller decides whether to use colors, so the stream is not validated.
export const painter = (terminal: boolean): Paint =>
  terminal ? (format, text) => styleText(format, text, { validateStream: false }) : (_, text) => text;

/** A problem for people, with the marked line. */
export function problemText(problem: Problem, line: Report['line'], paint: Paint): string {
  const [first = '', message = '', ...rest] = formatProblem(problem).split('\n');
  return [
    paint('bold', first),
    message,
    ...excerpt(problem, line, paint),
    ...rest.map((text) => text.replace(/^ {2}(expected|got|fix):/, (label) => paint('cyan', label))),
  ].join('\n');
}

function excerpt({ code, place }: Problem, line: Report['line'], paint: Paint): string[] {
  const text = place && line(place.file, place.line);
  if (text === undefined || text.trim() === '') return [];
  // More people read the log of a check than the manifest.
  if (code === 'secret-in-plain-text' || secretsInText(text).length > 0 || secretsInWords([text]).length > 0) return [];
  const column = Math.min(place!.column ?? text.length - text.trimStart().length + 1, text.length);
  const start = Math.max(0, column - 1 - WIDTH / 2);
  const shown = text.slice(start, start + WIDTH).replaceAll('\t', ' ');
  // Mark the quoted string or the word at the place.
  const [marked = ' '] = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,#\]}]+)/.exec(shown.slice(column - 1 - start)) ?? [];
  const number = String(place!.line);
  return [
    `  ${paint('dim', `${number} │`)} ${shown}`,
    `  ${paint('dim', `${' '.repeat(number.length)} │`)} ${' '.repeat(column - 1 - start)}${paint('red', '^'.repeat(marked.length))}`,
  ];
}
