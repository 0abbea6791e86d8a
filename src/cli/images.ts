import { CallsignError, count } from '../k8s/problem';
import { buildImage, serviceImages } from '../images/build';
import { checkImages } from '../images/check';
import { DockerError, loadIntoKind } from '../images/docker';
import { synthesize } from '../synth/synthesize';
import { APP_OPTION, ENV_OPTION, loadApp } from './app';
import type { Command } from './command';
import { tellJson } from './output';

export const images: Command = {
  usage: '[--kind NAME] [--check] [--app FILE] [--env NAME] [--json]',
  summary: 'Builds the images of our services, each only where its sources changed.',
  options: {
    app: APP_OPTION,
    env: ENV_OPTION,
    check: { type: 'boolean', help: 'start each image as the cluster would, and look at it from outside' },
    kind: { type: 'string', help: 'load the images into the kind cluster of that name' },
    json: { type: 'boolean', help: 'tell what was done to a program' },
  },
  words: 0,
  async run({ options }, io) {
    const app = await loadApp(options, io);
    const objects = synthesize(app).flatMap(({ manifests }) => manifests.map(({ object }) => object));
    const plan = serviceImages(app);
    const say = (line: string) => options.json || io.out(`${line}\n`);
    try {
      const results = [];
      for (const image of plan) {
        const from = Date.now();
        const result = await buildImage(image);
        results.push({ image: image.reference, result });
        say(`${image.reference}  ${result}${result === 'built' ? ` in ${((Date.now() - from) / 1000).toFixed(1)} s` : ''}`);
      }
      if (typeof options.kind === 'string') {
        await loadIntoKind(options.kind, plan.map(({ reference }) => reference));
        say(`loaded ${count(plan.length, 'image')} into the kind cluster ${options.kind}`);
      }
      const assertions: object[] = [];
      let failed = 0;
      if (options.check) {
        await checkImages(plan, objects, (assertion) => {
          assertions.push(assertion);
          if (!assertion.ok) failed++;
          say(`${assertion.image}  ${assertion.ok ? 'ok' : 'FAILED'}  ${assertion.what}: ${assertion.seen}`);
        });
        say(`${count(plan.length, 'image')}, ${count(assertions.length, 'assertion')}, ${failed} failed`);
      }
      if (options.json) tellJson({ images: results, ...(options.check && { assertions }) }, io);
      return failed > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      throw new CallsignError([{ code: 'image-not-built', message: error.message, mend: 'Mend what docker says, and run it again: what was built is kept.' }]);
    }
  },
};
