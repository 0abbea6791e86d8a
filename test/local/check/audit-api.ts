// Compares what the public API shows with the writes that were answered with 201.
import type { Written } from '../../services/ledger/write.ts';

/** Reads a path of the API. */
export type Read = (path: string) => Promise<unknown>;

interface Comment {
  readonly id: string;
  /** Null until moderation approves it. */
  readonly content: string | null;
  readonly status: string;
}

interface Post {
  readonly id: string;
  readonly title: string;
  readonly createdAt: string;
  readonly commentCount: number;
  /** The newest comments. Only query shows them. */
  readonly comments?: readonly Comment[];
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** The most comments of a post that query shows. */
const SHOWN = 100;

/**
 * Returns the problems: each write must be shown once, with the answered id, in the order of its writer, and with all
 * its effects. Only posts after the time `since` count.
 */
export async function auditApi(read: Read, written: readonly Written[], since: string): Promise<string[]> {
  const [posts, query] = await Promise.all(
    ['posts', 'query'].map((name) =>
      pages<Post>(
        async (after) => {
          const { posts: items, next } = (await read(`/api/${name}?limit=50${after}`)) as Page<Post> & {
            posts: Post[];
          };
          return { items, next };
        },
        (post) => post.createdAt < since,
      ),
    ),
  );
  const problems: string[] = [];
  for (const { id, postId, text } of written) {
    if (postId !== undefined) continue;
    const expected = written.filter((one) => one.postId === id);
    const comments = await pages<Comment>(async (after) => {
      const answer = (await read(`/api/comments/${id}?limit=100${after}`)) as Page<Comment> & { comments: Comment[] };
      return { items: answer.comments, next: answer.next };
    });
    problems.push(...listed('comments', comments, expected));
    for (const [where, list] of [
      ['posts', posts!],
      ['query', query!],
    ] as const) {
      const found = list.filter(({ title }) => title === text);
      const post = found.find((one) => one.id === id);
      if (found.length > 1) problems.push(`doubled: ${where} shows ${text} ${found.length} times`);
      if (!post) problems.push(`lost: ${where} does not show ${text}`);
      else if (post.commentCount !== expected.length)
        problems.push(`wrong count: ${where} counts ${post.commentCount} comments of ${text}, not ${expected.length}`);
      if (post?.comments) problems.push(...listed(where, post.comments, expected.slice(-SHOWN)));
    }
  }
  return problems;
}

/** The problems of the comments of one post. Each text is written once, so another comment is a doubled write. */
function listed(where: string, shown: readonly Comment[], expected: readonly Written[]): string[] {
  // The first place of each.
  const places = new Map(shown.map(({ id }, place) => [id, place] as const).toReversed());
  const ids = new Set(expected.map(({ id }) => id));
  const problems = shown
    .filter(({ id }, place) => !ids.has(id) || places.get(id) !== place)
    .map(({ id, content }) => `doubled: ${where} shows another comment ${content ?? id}`);
  let last = -1;
  for (const { id, text } of expected) {
    const place = places.get(id);
    if (place === undefined) problems.push(`lost: ${where} does not show ${text}`);
    else {
      if (place < last) problems.push(`out of order: ${where} shows ${text} too early`);
      if (shown[place]!.status !== 'approved')
        problems.push(`not approved: ${where} shows ${text} as ${shown[place]!.status}`);
      last = place;
    }
  }
  return problems;
}

/** All items of a list, up to the page with the last wanted one. */
async function pages<Item>(
  page: (after: string) => Promise<Page<Item>>,
  isLast: (item: Item) => boolean = () => false,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let after = ''; ;) {
    const { items, next } = await page(after);
    all.push(...items);
    if (next === null || items.some(isLast)) return all;
    after = `&after=${next}`;
  }
}
