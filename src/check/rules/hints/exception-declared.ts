import { show } from '../../../basics/text';
import { exceptionsOf, exceptionText, levelOfExceptions } from '../../../k8s/exceptions';
import { ANNOTATIONS } from '../../../k8s/keys';
import type { Rule } from '../rule';

export const exceptionDeclared: Rule = {
  code: 'exception-declared',
  profile: 'hint',
  isHardened: true,
  why: 'An exception from the hardened defaults is needed only as long as the image needs it.',
  fix: 'Remove the exception when the image no longer needs it. A later version may work without it.',
  *find(world) {
    for (const { manifest } of world.pods)
      for (const exception of exceptionsOf(manifest.object)) {
        const level = levelOfExceptions([exception]);
        yield {
          manifest,
          field: ['metadata', 'annotations', ANNOTATIONS.exceptions],
          message: `The container ${show(exception.container)} ${exceptionText(exception)}. The reason: ${exception.reason}`,
          ...(level !== 'restricted' && { got: `a pod that needs the Pod Security level ${level}` }),
          fix: 'Remove the exception when the image no longer needs it.',
        };
      }
  },
};
