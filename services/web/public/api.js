// The calls to the services. Each failure becomes an Error with a message for the user.

const TIMEOUT_MS = 8_000;

export async function readPosts(limit) {
  return call('GET', `/api/query?limit=${limit}`);
}

export async function writePost(title) {
  return call('POST', '/api/posts', { title });
}

export async function writeComment(postId, content) {
  return call('POST', `/api/comments/${encodeURIComponent(postId)}`, { content });
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      // Revalidates a cached answer: if nothing changed, the server answers 304.
      cache: 'no-cache',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new Error('The blog is not reachable.');
  }
  if (response.ok) return response.json();
  if (response.status >= 500) throw new Error('The blog is not available right now.');
  const answer = await response.json().catch(() => undefined);
  throw new Error(answer?.error?.message ?? `The blog answered ${response.status}.`);
}
