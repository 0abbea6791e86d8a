// Turns data into elements. All text is set as text, never as markup. Existing elements are updated in place, so that
// users keep the focus and the text that they are typing.

const STATES = {
  pending: 'This comment is waiting for moderation.',
  rejected: 'This comment was rejected by moderation.',
  approved: '',
};
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function showPosts(list, posts, addForm) {
  keep(list, posts, makePost, (element, post) => updatePost(element, post), addForm);
}

function makePost(post, addForm) {
  const element = copy('post-template');
  const form = element.querySelector('form');
  const [label, field, error] = [form.querySelector('label'), form.elements.content, form.querySelector('.error')];
  field.id = `comment-on-${post.id}`;
  error.id = `error-on-${post.id}`;
  label.htmlFor = field.id;
  label.textContent = 'Your comment';
  field.setAttribute('aria-label', `Your comment on ${post.title}`);
  field.setAttribute('aria-describedby', error.id);
  element.querySelector('h3').id = `post-${post.id}`;
  element.setAttribute('aria-labelledby', `post-${post.id}`);
  addForm(form, post);
  return element;
}

function updatePost(element, post) {
  setText(element.querySelector('h3'), post.title);
  const time = element.querySelector('time');
  time.dateTime = post.createdAt;
  setText(time, dates.format(new Date(post.createdAt)));
  setText(element.querySelector('.count'), post.commentCount === 1 ? '1 comment' : `${post.commentCount} comments`);
  keep(element.querySelector('.comments'), post.comments, () => copy('comment-template'), updateComment);
}

function updateComment(element, comment) {
  element.dataset.status = comment.status;
  const [content, state] = element.children;
  setText(content, comment.content ?? '');
  content.hidden = comment.content === null;
  setText(state, STATES[comment.status] ?? '');
  state.hidden = state.textContent === '';
}

/**
 * Makes the children of `parent` match `items`, by id: creates new ones, removes old ones, and leaves the others in
 * place.
 */
function keep(parent, items, make, update, ...more) {
  const known = new Map([...parent.children].map((child) => [child.dataset.id, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    let element = known.get(item.id);
    known.delete(item.id);
    if (!element) {
      element = make(item, ...more);
      element.dataset.id = item.id;
    }
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    update(element, item);
  }
  for (const gone of known.values()) gone.remove();
}

function copy(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

/** Changes only text that differs, because a screen reader reads changed text again. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
