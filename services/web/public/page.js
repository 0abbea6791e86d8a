// The page: shows the posts, keeps them up to date, and sends new posts and comments.
import { newKey, readPosts, writeComment, writePost } from './api.js';
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
/** Ids of the comments from this page whose verdict was not announced yet. */
const undecided = new Set();

/**
 * Reads the posts and schedules the next read: soon after a user wrote something, otherwise less often, and never while
 * hidden.
 */
async function refresh() {
  clearTimeout(timer);
  if (reading) return;
  reading = true;
  try {
    const { posts, next } = await readPosts(limit);
    showPosts(list, posts, addCommentForm);
    announceVerdicts(posts);
    list.setAttribute('aria-busy', 'false');
    empty.hidden = posts.length > 0;
    more.hidden = next === null || limit >= MAX_POSTS;
    notice.hidden = true;
    failures = 0;
  } catch (error) {
    failures++;
    notice.textContent = `${error.message} Retrying.`;
    notice.hidden = false;
  } finally {
    reading = false;
  }
  if (document.hidden) return;
  const pause =
    failures > 0 ? Math.min(CALM_MS * 2 ** (failures - 1), 10_000) : Date.now() < eagerUntil ? EAGER_MS : CALM_MS;
  timer = setTimeout(refresh, pause * (0.9 + Math.random() / 5));
}

/** Announces verdicts to users of screen readers. */
function announceVerdicts(posts) {
  for (const { id, status } of posts.flatMap((post) => post.comments)) {
    if (status !== 'pending' && undecided.delete(id)) said.textContent = `Your comment was ${status} by moderation.`;
  }
}

function refreshEagerly() {
  eagerUntil = Date.now() + 5_000;
  void refresh();
}

/**
 * Sends the text of the field. Keeps the text if sending fails. If the user sends the same text again after a failure,
 * it has the same key, because the services may have stored it.
 */
function onSend(form, field, missing, send, done) {
  const error = form.querySelector('.error');
  const waiting = form.querySelector('.waiting');
  const button = form.querySelector('button');
  let unsure;
  const complain = (message) => {
    error.textContent = message;
    error.hidden = message === '';
    field.setAttribute('aria-invalid', String(message !== ''));
    if (message !== '') field.focus();
  };
  const repeating = (message) => {
    waiting.textContent = message && `${message} Your text is kept. Sending it again.`;
    waiting.hidden = message === '';
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    const text = field.value.trim();
    if (text === '') return complain(missing);
    if (unsure?.text !== text) unsure = { text, key: newKey() };
    // `disabled` would remove the focus, so it is not used.
    button.setAttribute('aria-disabled', 'true');
    field.readOnly = true;
    complain('');
    try {
      await send(text, { key: unsure.key, repeating });
      unsure = undefined;
      form.reset();
      said.textContent = done;
      refreshEagerly();
    } catch (problem) {
      complain(`${problem.message} Your text is still here.`);
    } finally {
      repeating('');
      field.readOnly = false;
      button.removeAttribute('aria-disabled');
    }
  });
}

function addCommentForm(form, post) {
  const field = form.elements.content;
  const send = async (text, options) => {
    const { id } = await writeComment(post.id, text, options);
    undecided.add(id);
  };
  onSend(form, field, 'Write a comment first.', send, 'Your comment was sent. It is waiting for moderation.');
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
