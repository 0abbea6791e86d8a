import { needsOf } from '../check/needs';
import { readManifests } from '../check/read';
import type { Manifest } from '../k8s/manifest';
import { CallsignError } from '../k8s/problem';
import { synthesize } from '../synth/synthesize';
import { APP_OPTIONS, loadApp } from './app';
import type { Command } from './command';
import { readSources } from './files';
import { needsText, tellJson } from './output';

export const needs: Command = {
  usage: '[PATH…] [--app FILE] [--env NAME] [--json]',
  summary:
    'Tells what manifests need from the cluster: files, folders, - for standard input; without a path, the charts.',
  options: {
    ...APP_OPTIONS,
    json: { type: 'boolean', help: 'tell the needs to a program' },
  },
  words: Infinity,
  async run({ options, words }, io) {
    const manifests: Manifest[] = [];
    if (words.length === 0) manifests.push(...synthesize(await loadApp(options, io)).flatMap((file) => file.manifests));
    for (const { file, text } of readSources(words)) {
      const read = readManifests(text, file);
      // Half of the manifests would tell half of the needs.
      if (read.problems.length > 0) throw new CallsignError(read.problems);
      manifests.push(...read.manifests);
    }
    const found = needsOf(manifests);
    if (options.json) tellJson({ needs: found }, io);
    else io.out(needsText(found));
    return 0;
  },
};
