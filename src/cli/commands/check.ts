import { baselineOf, comparedWith } from '../../check/baseline';
import { EXPLANATIONS, explanationText, type Explanation } from '../../check/explain';
import { hintsIn, problemsIn } from '../../check/find-problems';
import { PROFILES, type Profile } from '../../check/profile';
import { readManifests } from '../../check/read/read';
import { kubernetesVersions } from '../../check/schema/kubernetes-versions';
import { World } from '../../check/world/world';
import { CODES } from '../../problems/codes';
import type { Manifest } from '../../k8s/objects';
import { nearest } from '../../basics/nearest';
import { CallsignError, type Problem } from '../../problems/problem';
import { synthesize } from '../../synth/synthesize';
import { APP_OPTIONS, loadApp } from '../app';
import { count } from '../../basics/text';
import { readBaseline, writeBaseline } from '../baseline-file';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { readSources, type PassedFolder } from '../files';
import { printJson } from '../output';
import { objectsIn } from '../passed-folders';
import { githubReport } from '../reports/github';
import { junitReport } from '../reports/junit';
import { jsonReport } from '../reports/json';
import { lineOf } from '../reports/line-of';
import type { Report } from '../reports/report';
import { sarifReport } from '../reports/sarif';
import { textReport } from '../reports/text';

const FORMATS: Readonly<Record<string, (report: Report, terminal: boolean) => string>> = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  github: githubReport,
  junit: junitReport,
};

export const checkCommand: Command = {
  usage:
    '[PATH…] [--profile NAME] [--baseline FILE | --write-baseline FILE] [--app FILE] [--env NAME] [--kubernetes VERSION] [--format NAME | --json]\ncallsign check --explain CODE [--json]',
  summary: 'Reports every problem in manifests. Paths: files, folders, - for standard input (default: the charts).',
  options: {
    profile: {
      type: 'string',
      values: PROFILES,
      help: 'rules to apply: wiring, or hardened (default: wiring for paths, hardened for charts)',
    },
    baseline: { type: 'string', help: 'report only problems that this file does not contain' },
    'write-baseline': { type: 'string', help: 'write all current problems to this file, for --baseline' },
    ...APP_OPTIONS,
    kubernetes: {
      type: 'string',
      help: 'the version of the cluster, such as 1.34: also report what it does not have, and what it deprecates',
    },
    format: {
      type: 'string',
      values: Object.keys(FORMATS),
      help: 'output format: text, json, sarif, github for annotations in GitHub Actions, or junit (default: text)',
    },
    json: { type: 'boolean', help: 'the same as --format json' },
    explain: { type: 'string', help: 'print the meaning of a code, the reason for it, and the fix' },
  },
  words: Infinity,
  async run({ options, words }, io) {
    if (options.explain !== undefined) {
      const explanation = explanationOf(String(options.explain));
      if (options.json) printJson(explanation, io);
      else io.out(explanationText(explanation));
      return 0;
    }
    if (options.baseline !== undefined && options['write-baseline'] !== undefined)
      throw new UsageError('--baseline and --write-baseline exclude each other. Use one of them.');
    const baseline = options.baseline === undefined ? undefined : readBaseline(String(options.baseline));
    const format = options.json ? 'json' : String(options.format ?? 'text');
    const profile = (options.profile ?? (words.length === 0 ? 'hardened' : 'wiring')) as Profile;

    const kubernetes = options.kubernetes === undefined ? undefined : minorOf(String(options.kubernetes));

    const manifests: Manifest[] = [];
    const problems: Problem[] = [];
    const texts = new Map<string, string>();
    if (words.length === 0) manifests.push(...(await synthesized(options, io, problems)));
    let passedOver = 0;
    const passedFolders: PassedFolder[] = [];
    for (const { file, text, problem, found, kustomized } of readSources(words, passedFolders)) {
      if (problem) problems.push(problem);
      texts.set(file, text);
      const read = readManifests(text, file, { found, kustomized });
      manifests.push(...read.manifests);
      problems.push(...read.problems);
      passedOver += read.passedOver;
    }
    const world = new World(manifests, kubernetes, () => objectsIn(passedFolders));
    problems.push(...problemsIn(world, profile));
    const hints = hintsIn(world, profile);
    if (options['write-baseline'] !== undefined) {
      const file = String(options['write-baseline']);
      writeBaseline(file, baselineOf([...problems, ...hints]));
      // Other formats are for programs, which expect nothing else.
      (format === 'text' ? io.out : io.error)(
        `wrote ${file} with ${count(problems.length, 'problem')}${hints.length > 0 ? ` and ${count(hints.length, 'hint')}` : ''}\n`,
      );
      return 0;
    }
    const compared = baseline && comparedWith(baseline, [...problems, ...hints], profile);
    const added = compared && new Set(compared.added);
    const isReported = (problem: Problem) => added?.has(problem) ?? true;
    const reported = problems.filter(isReported);
    io.out(
      FORMATS[format]!(
        {
          problems: reported,
          hints: hints.filter(isReported),
          objects: manifests.length,
          passedOver,
          passedFolders,
          ...(compared && { baseline: { file: String(options.baseline), ...compared } }),
          line: (file, line) => lineOf(file, line, texts),
        },
        io.terminal,
      ),
    );
    return reported.length > 0 ? 1 : 0;
  },
};

/** The manifests of the charts. Problems of constructs are added to the problems. */
async function synthesized(options: Arguments['options'], io: Io, problems: Problem[]): Promise<Manifest[]> {
  try {
    return synthesize(await loadApp(options, io)).flatMap((file) => file.manifests);
  } catch (error) {
    if (!(error instanceof CallsignError)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

/** The minor number of a version such as 1.34, v1.34 or 1.34.2. */
function minorOf(version: string): number {
  const { oldest, newest } = kubernetesVersions();
  const minor = Number(/^v?1\.(\d+)(\.\d+)?$/.exec(version)?.[1] ?? NaN);
  if (minor >= oldest && minor <= newest) return minor;
  throw new UsageError(
    `--kubernetes: ${JSON.stringify(version)} is not a known version. Expected: 1.${oldest} to 1.${newest}.`,
  );
}

function explanationOf(code: string): Explanation {
  const explanation = EXPLANATIONS.find((one) => one.code === code);
  if (explanation) return explanation;
  const guess = nearest(code, Object.keys(CODES));
  throw new UsageError(
    `There is no code ${JSON.stringify(code)}.${guess ? ` Did you mean ${guess}?` : ''} Expected: the code in the brackets of a problem.`,
  );
}
