import { verdicts } from '../../check/api-server';
import type { Context, Step } from '../context';
import { holds } from '../support/promise';

export const apiServerAgrees: Step = {
  name: 'api-server-agrees',
  promise: 'What `callsign check` calls refused, a real API server refuses; what it calls accepted, it takes.',
  async run({ kubectl }: Context) {
    const { asked, refused, disagreements } = await verdicts((args, input) => kubectl.run(args, { input }));
    holds(asked >= 80 && refused >= 80, 'there are enough files to ask about', { asked, refused });
    holds(disagreements.length === 0, 'the two never disagree', disagreements);
    return { asked, refused, accepted: asked - refused, disagreements: 0 };
  },
};
