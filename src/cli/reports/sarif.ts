import { EXPLANATIONS } from '../../check/explain';
import { CODES } from '../../problems/codes';
import type { Problem } from '../../problems/problem';
import { countsByCode, type Report } from './report';

/** A report in SARIF 2.1.0, for programs that collect the results of tools. */
export function sarifReport({ problems }: Report): string {
  const codes = [...countsByCode(problems).keys()];
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'callsign', rules: codes.map(ruleOf) } },
          columnKind: 'utf16CodeUnits',
          results: problems.map((problem) => resultOf(problem, codes)),
        },
      ],
    },
    undefined,
    2,
  )}\n`;
}

function ruleOf(code: string): object {
  const explanation = EXPLANATIONS.find((one) => one.code === code);
  return {
    id: code,
    shortDescription: { text: CODES[code as keyof typeof CODES] },
    ...(explanation && { fullDescription: { text: explanation.why }, help: { text: explanation.fix } }),
  };
}

function resultOf(
  { code, message, expected, got, fix, place, object, field, path }: Problem,
  codes: readonly string[],
): object {
  const region = place && { startLine: place.line, ...(place.column !== undefined && { startColumn: place.column }) };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: 'error',
    message: {
      text: [message, expected && `Expected: ${expected}.`, got && `Got: ${got}.`, fix].filter(Boolean).join(' '),
    },
    locations: [
      {
        ...(place && { physicalLocation: { artifactLocation: { uri: encodeURI(place.file) }, region } }),
        ...((object ?? path) !== undefined && {
          logicalLocations: [{ fullyQualifiedName: [path, object, field].filter(Boolean).join(' · ') }],
        }),
      },
    ],
  };
}
