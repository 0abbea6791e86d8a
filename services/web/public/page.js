// The page: shows what the blog knows, keeps it fresh, and sends what a person writes.
import { readPosts, writeComment, writePost } from './api.js';
import { showPosts } from './view.js';

const CALM_MS = 2_000;
const EAGER_MS = 300;
const PAGE_SIZE = 20;
const MAX_POSTS = 100;

const list = document.getElementById('posts');
const notice = document.getElementById('notice');
const empty = document.getElementById('empty');
const more = document.getElementById('more');
const said = document.getElementById('said');

let limit = PAGE_SIZE;
let eagerUntil = 0;
let failures = 0;
let timer;
let reading = false;
/** Comments written here whose verdict has not been told yet. */
const undecided = new Set();

/** Asks again and again: soon after something was written or while a comment waits, calmly otherwise, not while hidden. */
async function refresh() {
  clearTimeout(timer);
  if (reading) return;
  reading = true;
  try {
    const { posts, next } = await readPosts(limit);
    showPosts(list, posts, addCommentForm);
    tellVerdicts(posts);
    list.setAttribute('aria-busy', 'false');
    empty.hidden = posts.length > 0;
    more.hidden = next === null || limit >= MAX_POSTS;
    notice.hidden = true;
    failures = 0;
  } catch (error) {
    failures++;
    notice.textContent = `${error.message} Trying again.`;
    notice.hidden = false;
  } finally {
    reading = false;
  }
  if (document.hidden) return;
  const pause =
    failures > 0 ? Math.min(CALM_MS * 2 ** (failures - 1), 10_000) : Date.now() < eagerUntil ? EAGER_MS : CALM_MS;
  timer = setTimeout(refresh, pause * (0.9 + Math.random() / 5));
}

/** For those who do not see the change. */
function tellVerdicts(posts) {
  for (const { id, status } of posts.flatMap((post) => post.comments)) {
    if (status !== 'pending' && undecided.delete(id)) said.textContent = `Your comment was ${status} by moderation.`;
  }
}

function refreshEagerly() {
  eagerUntil = Date.now() + 5_000;
  void refresh();
}

/** Sends what stands in the field; what was typed is kept if that fails. */
function onSend(form, field, missing, send, done) {
  const error = form.querySelector('.error');
  const button = form.querySelector('button');
  const complain = (message) => {
    error.textContent = message;
    error.hidden = message === '';
    field.setAttribute('aria-invalid', String(message !== ''));
    if (message !== '') field.focus();
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    const text = field.value.trim();
    if (text === '') return complain(missing);
    // Not `disabled`: that would throw the focus away.
    button.setAttribute('aria-disabled', 'true');
    try {
      await send(text);
      form.reset();
      complain('');
      said.textContent = done;
      refreshEagerly();
    } catch (problem) {
      complain(`${problem.message} What you wrote is still here.`);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });
}

function addCommentForm(form, post) {
  const field = form.elements.content;
  const send = async (text) => {
    const { id } = await writeComment(post.id, text);
    undecided.add(id);
  };
  onSend(form, field, 'Write a comment first.', send, 'Your comment was sent. It waits for moderation.');
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

const newPost = document.getElementById('new-post');
onSend(newPost, newPost.elements.title, 'Write a title first.', writePost, 'Your post was published.');
more.addEventListener('click', () => {
  limit = Math.min(limit + PAGE_SIZE, MAX_POSTS);
  refreshEagerly();
});
document.addEventListener('visibilitychange', () => document.hidden || refresh());
void refresh();
