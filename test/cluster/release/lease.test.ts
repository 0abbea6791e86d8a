import { ApiError, type ApiServer } from '../../../src/cluster/connection/api-server';
import { ReleaseLock } from '../../../src/cluster/release/lease';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

interface Body {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec: { readonly holderIdentity: string };
}

/** An API server with one Lease, which accepts only writes that name its version. */
function server() {
  let version = 1;
  let holder = '';
  const state = {
    writes: 0,
    /** How long the next write takes. */
    delay: 0,
    /** The next write takes effect, and its answer is lost. */
    losesAnswer: false,
    takenBy(other: string) {
      holder = other;
      version++;
    },
  };
  const lease = () => ({
    metadata: { resourceVersion: String(version) },
    spec: { holderIdentity: holder, renewTime: 'now' },
  });
  const api = {
    get: async () => (version === 1 ? undefined : lease()),
    async change(_method: string, _path: string, { body }: { body: Body }) {
      state.writes++;
      const { resourceVersion } = body.metadata;
      if (resourceVersion !== undefined && resourceVersion !== String(version))
        throw new ApiError({ code: 409, message: 'the object has been modified' });
      version++;
      holder = body.spec.holderIdentity;
      const answer = lease();
      const { delay, losesAnswer } = state;
      Object.assign(state, { delay: 0, losesAnswer: false });
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      if (losesAnswer) throw new Error('the connection was closed');
      return answer;
    },
  };
  return { api: api as unknown as ApiServer, state };
}

async function taken() {
  const { api, state } = server();
  const onLost = jest.fn();
  const lock = await ReleaseLock.take(api, { name: 'shop', namespace: 'default' }, onLost, 'me');
  return { lock, state, onLost };
}

test('is renewed until it is given back', async () => {
  const { lock, state, onLost } = await taken();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(state.writes).toBe(5);
  await lock.free();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(state.writes).toBe(6);
  expect(onLost).not.toHaveBeenCalled();
});

test('a slow renewal is no conflict with the next one', async () => {
  const { state, onLost } = await taken();
  state.delay = 7_000;
  await jest.advanceTimersByTimeAsync(20_000);
  expect(onLost).not.toHaveBeenCalled();
  expect(state.writes).toBeGreaterThan(4);
});

test('a renewal whose answer was lost is no conflict either', async () => {
  const { state, onLost } = await taken();
  state.losesAnswer = true;
  await jest.advanceTimersByTimeAsync(20_000);
  expect(onLost).not.toHaveBeenCalled();
});

test('another process that took it is reported once', async () => {
  const { state, onLost } = await taken();
  state.takenBy('somebody else');
  await jest.advanceTimersByTimeAsync(20_000);
  expect(onLost).toHaveBeenCalledTimes(1);
});
