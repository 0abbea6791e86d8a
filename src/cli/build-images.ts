import { currentContext } from '../cluster/connection/kubectl-proxy';
import { ConfiguredApp } from '../settings/environment';
import { loadApp } from './app';
import { UsageError, type Arguments, type Io } from './command';
import { images } from './commands/images';

const KIND = 'kind-';

/**
 * Builds the images whose sources changed, and brings them to the nodes: through the registry of the environment, or
 * directly into a kind cluster.
 */
export async function buildImages({ options }: Arguments, io: Io): Promise<void> {
  const app = await loadApp(options, io);
  const context = (options.context as string | undefined) ?? (await currentContext(io.environment));
  const registry = app instanceof ConfiguredApp ? app.images.registry : undefined;
  const kind = context?.startsWith(KIND) ? context.slice(KIND.length) : undefined;
  if (registry === undefined && kind === undefined)
    throw new UsageError(
      `--build needs a way to the nodes of ${context ?? 'the cluster'}. Expected: images: { registry } in the environment, or the context of a kind cluster.`,
    );
  const how = registry === undefined ? { kind } : { push: true };
  // With --json, standard output belongs to apply.
  await images.run(
    { options: { app: options.app, env: options.env, ...how }, lists: {}, words: [] },
    { ...io, out: options.json ? io.error : io.out },
  );
}
