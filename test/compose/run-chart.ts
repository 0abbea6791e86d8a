import { transformSync } from '@swc/core';
import * as cdk8s from 'cdk8s';
import * as callsign from '../../src/index';

/** The problems of a chart, as `callsign synth` reports them: it compiles, synthesizes and checks the chart. */
export function problemsOfChart(chart: string): readonly callsign.Problem[] {
  const { code } = transformSync(chart, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const exported: { default?: callsign.AppDefinition } = {};
  const load = (name: string) => ({ cdk8s, 'callsign-k8s': callsign })[name];
  // oxlint-disable-next-line typescript/no-implied-eval -- a chart is a program, and running it is the test
  new Function('exports', 'require', code)(exported, load);
  try {
    return callsign.check(callsign.synthesize(exported.default!.make()).flatMap(({ manifests }) => manifests));
  } catch (error) {
    if (error instanceof callsign.CallsignError) return error.problems;
    throw error;
  }
}
