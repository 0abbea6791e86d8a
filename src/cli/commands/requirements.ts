import { requirementsOf } from '../../check/requirements/requirements-of';
import { readManifests } from '../../check/read/read';
import type { Manifest } from '../../k8s/objects';
import { CallsignError } from '../../problems/problem';
import { synthesize } from '../../synth/synthesize';
import { APP_OPTIONS, loadApp } from '../app';
import type { Command } from '../command';
import { readSources } from '../files';
import { requirementsText, printJson } from '../output';

export const requirements: Command = {
  usage: '[PATH…] [--app FILE] [--env NAME] [--json]',
  summary:
    'Lists what the manifests need from the cluster. Paths: files, folders, - for standard input (default: the charts).',
  options: {
    ...APP_OPTIONS,
    json: { type: 'boolean', help: 'write JSON' },
  },
  words: Infinity,
  async run({ options, words }, io) {
    const manifests: Manifest[] = [];
    if (words.length === 0) manifests.push(...synthesize(await loadApp(options, io)).flatMap((file) => file.manifests));
    for (const { file, text, found } of readSources(words)) {
      const read = readManifests(text, file, { found });
      // An incomplete set of manifests would give an incomplete list.
      const unread = read.problems.some(({ code }) => code === 'yaml-invalid' || read.manifests.length === 0);
      if (unread) throw new CallsignError(read.problems);
      manifests.push(...read.manifests);
    }
    const needed = requirementsOf(manifests);
    if (options.json) printJson({ requirements: needed }, io);
    else io.out(requirementsText(needed));
    return 0;
  },
};
