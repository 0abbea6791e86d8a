import { CHART_ADVICE, COMPOSE_ADVICE, MACHINE_ADVICE } from '../problems/advice';
import { CODES, type Code } from '../problems/codes';
import { HINT_RULES, RULES } from './rules/registry';
import type { Rule } from './rules/rule';

/** The meaning of a code, the reason for the rule, and the fix. */
export interface Explanation {
  readonly code: Code;
  /** The rule, as a sentence that is true for correct manifests. */
  readonly rule: string;
  /** The profile of a rule. Other problems are of charts, of the machine and the cluster, or of Compose files. */
  readonly group: 'wiring' | 'hardened' | 'hint' | 'charts' | 'cluster' | 'compose';
  readonly why: string;
  readonly fix: string;
  /** A line that has the problem. */
  readonly broken?: string;
}

/** Problems that no rule reports: those of reading files and those of waivers. */
const OTHERS: readonly Pick<Rule, 'code' | 'why' | 'fix' | 'profile'>[] = [
  {
    code: 'yaml-invalid',
    why: 'A file that cannot be read can be neither checked nor applied.',
    fix: 'Fix the YAML at the reported place. Render a Helm template before the check.',
  },
  {
    code: 'placeholder-left',
    why: 'kubectl does not replace placeholders such as ${APP}. The API server rejects them, or creates an object with this text.',
    fix: 'Render the template, and check the result.',
  },
  {
    code: 'waiver-invalid',
    why: 'Without a valid rule and a reason, later readers cannot decide whether the waiver is still needed.',
    fix: 'Use the code of the rule as the key and the reason as the value. A date before the reason ends the waiver: `until 2027-03-01: the reason`.',
  },
  {
    code: 'waiver-expired',
    why: 'Somebody decided that the problem is acceptable only until a date, and the date has passed.',
    fix: 'Correct the problem and remove the waiver, or set a later date.',
  },
  {
    code: 'waiver-unused',
    why: 'An unused waiver can hide a future mistake.',
    fix: 'Remove the waiver.',
  },
];

const ADVICE = { charts: CHART_ADVICE, cluster: MACHINE_ADVICE, compose: COMPOSE_ADVICE };

/** Every code, in the order of the page. */
export const EXPLANATIONS: readonly Explanation[] = [
  ...[...OTHERS, ...RULES, ...HINT_RULES].map(({ code, why, fix, profile }): Explanation => ({
    code,
    rule: CODES[code],
    why,
    fix,
    group: profile ?? 'wiring',
  })),
  ...(['charts', 'cluster', 'compose'] as const).flatMap((group) =>
    Object.entries(ADVICE[group]).map(([code, advice]): Explanation => ({
      code: code as Code,
      rule: CODES[code as Code],
      group,
      ...advice,
    })),
  ),
];

/** An explanation as text for a terminal. */
export function explanationText({ code, rule, group, why, fix, broken }: Explanation): string {
  const isRule = group === 'wiring' || group === 'hardened' || group === 'hint';
  return [
    `${code} (${group})\n`,
    `  ${rule}\n`,
    `  why: ${why}`,
    `  fix: ${fix}`,
    ...(broken === undefined ? [] : [`  example of the problem: ${broken}`]),
    ...(isRule ? [`  waive: annotate the object with waive.callsign.dev/${code}: REASON`] : []),
    '',
  ].join('\n');
}

const LEFT_OUT = `## Checks that are not included
Other tools recommend these settings. Callsign has no rules for them:

- A CPU limit: it slows down a program even if the node is idle.
- \`imagePullPolicy: Always\`: a fixed tag or a digest always names the same image, and pods start even if the registry is unavailable.
- A user ID above 10000: any user without privileges is sufficient.
- \`ttlSecondsAfterFinished\` on a Job: the next apply creates the deleted Job again, so it runs a second time.
- At least three replicas of everything: the right number depends on the application.
- \`restartPolicy\`, DNS options and owner labels: they are conventions of single organizations.
`;

/** The text of docs/rules.md. */
export function rulesPage(): string {
  const part = (title: string, group: Explanation['group'], about: string) =>
    `## ${title}\n${about}\n\n${EXPLANATIONS.filter((one) => one.group === group)
      .map(
        ({ code, rule, why, fix, broken }) =>
          `### ${code}\n${rule}\n\n*Why:* ${why}\n\n*Fix:* ${fix}\n${broken === undefined ? '' : `\n*Example of the problem:* \`${broken}\`\n`}`,
      )
      .join('\n')}`;
  return `<!-- Written by npm run rules. Change src/check, not this page. -->
# Rules of callsign check
\`callsign check --explain CODE\` prints the description of one code.

To suppress a rule for one object, annotate the object with the code and the reason. A waiver without a reason, or without an effect, is also a problem. A waiver that begins with a date ends after that day:

\`\`\`yaml
metadata:
  annotations:
    waive.callsign.dev/root-writable: The program writes its cache to its own folder.
    waive.callsign.dev/limit-missing: "until 2027-03-01: The memory of the new version is not measured yet."
\`\`\`

${part('Wiring', 'wiring', 'These rules apply to all manifests. They find objects that the API server rejects, and references that lead nowhere.')}
${part('Hardened', 'hardened', 'These rules apply to charts, and to other manifests with `--profile hardened`. They follow the Pod Security level *restricted*, the hardening guide of the NSA and CISA, and common practice.')}
${part('Hints', 'hint', '`callsign check` reports hints after the problems. They may be intended, so they do not change the exit code.')}
${part('Charts', 'charts', 'Constructs and environments report these problems before any manifest is written.')}
${part('Machine and cluster', 'cluster', 'The commands that write a project, build images, start the application or use the cluster report these problems. They end with exit code 1 or 2.')}
${part('Compose files', 'compose', '`callsign import compose` reports these problems.')}
${LEFT_OUT}`;
}
