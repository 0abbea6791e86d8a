import type { Written } from '../../services/ledger/write';
import { auditApi } from './audit-api';

const WRITTEN: readonly Written[] = [
  { id: 'p1', text: 'Post 1' },
  { id: 'c1', postId: 'p1', text: 'one' },
  { id: 'c2', postId: 'p1', text: 'two' },
  { id: 'c3', postId: 'p1', text: 'three' },
];

const comment = (id: string, content: string | null, status = 'approved') => ({ id, content, status });
const comments = () => [comment('c1', 'one'), comment('c2', 'two'), comment('c3', 'three')];
const post = (id = 'p1', title = 'Post 1', commentCount = 3, createdAt = '2026-02-02') => ({
  id,
  title,
  commentCount,
  createdAt,
});
const OLD = post('p0', 'Old', 0, '2026-01-01');

interface Api {
  posts: ReturnType<typeof post>[];
  query: (ReturnType<typeof post> & { comments: ReturnType<typeof comment>[] })[];
  comments: ReturnType<typeof comment>[];
}

/** The problems of an API whose pages have two items. */
async function problems(change: (api: Api) => void = () => undefined) {
  const api: Api = { posts: [post(), OLD], query: [{ ...post(), comments: comments() }], comments: comments() };
  change(api);
  const read = async (path: string) => {
    const { pathname, searchParams } = new URL(path, 'http://blog');
    const [, , name] = pathname.split('/') as ['', 'api', keyof Api];
    const all: { id: string }[] = api[name];
    const first = all.findIndex(({ id }) => id === searchParams.get('after')) + 1;
    const items = all.slice(first, first + 2);
    const next = first + 2 < all.length ? items.at(-1)!.id : null;
    return { [name === 'comments' ? 'comments' : 'posts']: items, next };
  };
  return auditApi(read, WRITTEN, '2026-02-01');
}

test('every write once and in order', async () => {
  expect(await problems()).toEqual([]);
});

test.each<[what: string, change: (api: Api) => void, expected: string[]]>([
  ['a lost comment', ({ comments: list }) => list.pop(), ['lost: comments does not show three']],
  ['a lost comment of query', ({ query: [first] }) => first!.comments.shift(), ['lost: query does not show one']],
  [
    'a doubled comment',
    ({ comments: list }) => list.push(comment('c4', 'three')),
    ['doubled: comments shows another comment three'],
  ],
  [
    'a comment that is shown twice',
    ({ comments: list }) => list.push(list[0]!),
    ['doubled: comments shows another comment one'],
  ],
  [
    'a pending doubled comment',
    ({ comments: list }) => list.push(comment('c4', null, 'pending')),
    ['doubled: comments shows another comment c4'],
  ],
  [
    'another order',
    (api) => (api.comments = api.comments.toReversed()),
    expect.arrayContaining(['out of order: comments shows two too early']),
  ],
  [
    'a comment without a verdict',
    ({ comments: list }) => list.splice(1, 1, comment('c2', null, 'pending')),
    ['not approved: comments shows two as pending'],
  ],
  ['a lost post', ({ posts }) => posts.shift(), ['lost: posts does not show Post 1']],
  ['a doubled post', ({ posts }) => posts.unshift(post('p2')), ['doubled: posts shows Post 1 2 times']],
  [
    'a wrong count',
    ({ posts }) => posts.splice(0, 1, post('p1', 'Post 1', 4)),
    ['wrong count: posts counts 4 comments of Post 1, not 3'],
  ],
])('%s', async (_, change, expected) => {
  expect(await problems(change)).toEqual(expected);
});

test('older posts are not read', async () => {
  const many = Array.from({ length: 9 }, (_, i) => post(`old${i}`, 'Post 1', 0, '2026-01-01'));
  expect(await problems(({ posts }) => posts.push(...many))).toEqual([]);
});
