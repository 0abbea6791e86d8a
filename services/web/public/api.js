// The calls to the services. Each failure becomes an Error with a message for the user.

const TIMEOUT_MS = 8_000;
/** How long a write is repeated, and the pauses between its attempts. They double, with jitter. */
const REPEAT_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 4_000;

export async function readPosts(limit) {
  return call('GET', `/api/query?limit=${limit}`);
}

/** `options` are those of `write`. */
export async function writePost(title, options) {
  return write('/api/posts', { title }, options);
}

export async function writeComment(postId, content, options) {
  return write(`/api/comments/${encodeURIComponent(postId)}`, { content }, options);
}

/** A random key for one write. `crypto.randomUUID` does not exist on a page without HTTPS. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Writes, and repeats the request while the result is unknown or the service is unavailable. The services store only
 * one write for each key. Calls `repeating` with the last problem before each pause.
 */
async function write(path, body, { key, repeating }) {
  const end = Date.now() + REPEAT_MS;
  for (let failures = 0; ; failures++) {
    try {
      return await call('POST', path, body, { 'idempotency-key': `"${key}"` });
    } catch (error) {
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LAST_PAUSE_MS) * (1 + Math.random() / 4);
      const wait = Math.max(pause, error.retryAfterMs ?? 0);
      if (!error.temporary || Date.now() + wait > end) throw error;
      repeating(error.message);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function call(method, path, body, headers) {
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method,
      // Revalidates a cached answer: if nothing changed, the server answers 304.
      cache: 'no-cache',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.ok) return await response.json();
    answer = await response.json().catch(() => undefined);
  } catch {
    throw Object.assign(new Error('The blog is not reachable.'), { temporary: true });
  }
  const { status } = response;
  const retryAfterMs = Number(response.headers.get('retry-after')) * 1_000 || 0;
  // A gateway answers 502 or 504 if the replica was lost. 409: another attempt with the same key is still running.
  if ([502, 503, 504].includes(status) || (status === 409 && answer?.error?.code === 'request_in_progress'))
    throw Object.assign(new Error('The blog is not available right now.'), { temporary: true, retryAfterMs });
  if (status >= 500) throw new Error('The blog is not available right now.');
  throw new Error(answer?.error?.message ?? `The blog answered ${status}.`);
}
