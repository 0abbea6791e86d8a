import { verdicts } from '../../check/api-server';
import type { Context, Step } from '../context';
import { holds } from '../support/promise';

export const apiServerAgrees: Step = {
  name: 'api-server-agrees',
  promise: 'A real API server rejects what `callsign check` reports as rejected, and accepts the rest.',
  async run({ kubectl }: Context) {
    const { asked, refused, disagreements } = await verdicts((args, input) => kubectl.run(args, { input }), {
      ...process.env,
      KUBECONFIG: kubectl.kubeconfig,
    });
    holds(asked >= 80 && refused >= 80, 'there are enough files to compare', { asked, refused });
    holds(disagreements.length === 0, 'the check and the API server agree on every file', disagreements);
    return { asked, refused, accepted: asked - refused, disagreements: 0 };
  },
};
