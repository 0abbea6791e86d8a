import { check } from '../check/check';
import { CallsignError, count } from '../k8s/problem';
import { synthesize } from '../synth/synthesize';
import { writeFiles } from '../synth/write';
import { renderFile } from '../synth/yaml';
import { APP_OPTION, loadApp } from './app';
import type { Command } from './command';
import { tellJson } from './output';

const DEFAULT_OUT = 'k8s-out';

export const synth: Command = {
  usage: '[--app FILE] [--out DIR]',
  summary: 'Writes the manifests of all charts; with any problem it writes nothing.',
  options: {
    app: APP_OPTION,
    out: { type: 'string', help: `the folder for the manifests (${DEFAULT_OUT})` },
    json: { type: 'boolean', help: 'tell what was done to a program' },
  },
  words: 0,
  async run({ options }, io) {
    // cdk8s-cli runs us as its app, and names the folder it expects the manifests in.
    const folder = (options.out as string | undefined) ?? io.environment.CDK8S_OUTDIR ?? DEFAULT_OUT;
    const files = synthesize(await loadApp(options.app as string | undefined));
    const problems = check(files.flatMap(({ manifests }) => manifests));
    if (problems.length > 0) throw new CallsignError(problems);

    const result = writeFiles(folder, new Map(files.map((file) => [file.name, renderFile(file)])));
    if (options.json) tellJson({ folder, ...result }, io);
    else {
      const objects = files.reduce((sum, { manifests }) => sum + manifests.length, 0);
      for (const name of result.written) io.out(`wrote ${folder}/${name}\n`);
      for (const name of result.removed) io.out(`removed ${folder}/${name}, which no chart makes now\n`);
      io.out(`${folder} holds ${count(objects, 'object')} in ${count(files.length, 'file')}${result.written.length + result.removed.length === 0 ? '; nothing changed' : ''}\n`);
    }
    return 0;
  },
};
