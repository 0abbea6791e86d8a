import { check as findProblems } from '../check/check';
import { readManifests } from '../check/read';
import type { Manifest } from '../k8s/manifest';
import { count, type Problem } from '../k8s/problem';
import { synthesize } from '../synth/synthesize';
import { APP_OPTION, ENV_OPTION, loadApp } from './app';
import type { Command } from './command';
import { readSources } from './files';
import { tellJson, tellProblems } from './output';

export const check: Command = {
  usage: '[PATH…] [--app FILE] [--env NAME] [--json]',
  summary: 'Finds every problem in manifests: files, folders, - for standard input; without a path, in the charts.',
  options: {
    app: APP_OPTION,
    env: ENV_OPTION,
    json: { type: 'boolean', help: 'tell the problems to a program' },
  },
  words: Infinity,
  async run({ options, words }, io) {
    const manifests: Manifest[] = [];
    const problems: Problem[] = [];
    if (words.length === 0) manifests.push(...synthesize(await loadApp(options, io)).flatMap((file) => file.manifests));
    let passedOver = 0;
    for (const { file, text } of readSources(words)) {
      const read = readManifests(text, file);
      manifests.push(...read.manifests);
      problems.push(...read.problems);
      passedOver += read.passedOver;
    }
    problems.push(...findProblems(manifests));
    if (options.json) tellJson({ objects: manifests.length, passedOver, problems }, io);
    else if (problems.length > 0) tellProblems(problems, io);
    else io.out(`${count(manifests.length, 'object')}, no problems${passedOver > 0 ? `; passed over ${count(passedOver, 'document')} of no Kubernetes kind` : ''}\n`);
    return problems.length > 0 ? 1 : 0;
  },
};
