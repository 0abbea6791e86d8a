import { formatProblem, type Problem } from '../../problems/problem';
import { problemsByFile, type Report } from './report';

/**
 * A report in JUnit XML, which GitLab, Jenkins and others show as tests: a suite for each file, a failed test for each
 * problem. It has no hints: a
 * test either fails or passes.
 */
export function junitReport({ problems }: Report): string {
  const suites = [...problemsByFile(problems)].map(([file, all]) => suite(file || 'without a file', all.map(failed)));
  // Some programs refuse a report without a test.
  const all = suites.length > 0 ? suites : [suite('callsign check', ['    <testcase name="no problems"/>'], 0)];
  const totals = attributes({ name: 'callsign check', tests: problems.length || 1, failures: problems.length });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${totals}>\n${all.join('\n')}\n</testsuites>\n`;
}

function suite(name: string, cases: readonly string[], failures = cases.length): string {
  return `  <testsuite ${attributes({ name, tests: cases.length, failures })}>\n${cases.join('\n')}\n  </testsuite>`;
}

function failed(problem: Problem): string {
  const { code, message, object, path, field, fieldTitle, place } = problem;
  const where = [object ?? path, fieldTitle ?? field].filter(Boolean).join(' · ');
  const test = attributes({
    classname: code,
    name: where || message,
    ...(place && { file: place.file, line: place.line }),
  });
  const failure = attributes({ type: code, message });
  return `    <testcase ${test}>\n      <failure ${failure}>${escaped(formatProblem(problem))}</failure>\n    </testcase>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join(' ');
}

/** XML 1.0 has no way to write control characters. */
function escaped(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '\uFFFD')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
