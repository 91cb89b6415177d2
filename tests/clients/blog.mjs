// The blog that the sessions share. Each session makes the posts that it looks at and names them by
// a tag of its own, so that none meets another's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

export const ORIGIN = process.env.IMPRENTA_ORIGIN;
export const ENDPOINT = `${ORIGIN}/graphql`;
export const EMAIL = process.env.IMPRENTA_EMAIL;
export const PASSWORD = process.env.IMPRENTA_PASSWORD;

/** The headers of someone with this access token. */
export const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** Sends one request as any program would, with nothing between; resolves to status and JSON. */
export async function send(query, variables = {}, headers = {}) {
  const body = JSON.stringify({ query, variables });
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await fetch(ENDPOINT, { method: 'POST', headers: sent, body });
  return { status: response.status, answer: await response.json() };
}

/** Resolves to the data of a request that has to be done without any error. */
export async function done(query, variables, token) {
  const { status, answer } = await send(query, variables, bearer(token));
  assert.equal(status, 200, JSON.stringify(answer));
  assert.equal(answer.errors, undefined);
  for (const payload of Object.values(answer.data)) assert.deepEqual(payload.userErrors ?? [], []);
  return answer.data;
}

/** An access token of the admin, of a session of its own. */
export async function logIn() {
  const input = { email: EMAIL, password: PASSWORD };
  const query = 'mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } userErrors { message } } }';
  const { answer } = await send(query, { input });
  return answer.data.logIn.session.accessToken;
}

const CREATE = `mutation ($input: CreatePostInput!) {
  createPost(input: $input) { post { id slug title version tags { id slug } } userErrors { message } }
}`;

/** The id of a new author. */
export async function newAuthor(token) {
  const query = 'mutation ($input: CreateAuthorInput!) { createAuthor(input: $input) { author { id } userErrors { message } } }';
  const name = `Author ${randomUUID()}`;
  return (await done(query, { input: { name } }, token)).createAuthor.author.id;
}

/** What a post of these tests is made of: `input` of `createPost`. */
export async function postInput(token, fields) {
  return { content: 'A text.', authors: [await newAuthor(token)], ...fields };
}

/** Publishes posts a day apart under a new tag: `{ tag, tagId, posts }`, newest first. */
export async function publishedPosts(token, count) {
  const name = `Tag ${randomUUID()}`;
  const shared = await postInput(token, { tags: [{ name }], publish: true });
  const posts = [];
  for (let day = 1; day <= count; day += 1) {
    const publishedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
    const input = { ...shared, title: `Post ${day}`, publishedAt };
    posts.unshift((await done(CREATE, { input }, token)).createPost.post);
  }
  const [{ id, slug }] = posts[0].tags;
  return { tag: slug, tagId: id, posts };
}

/** Changes a published post's title, for all to see. */
export const RETITLE = `mutation ($update: UpdatePostInput!, $publish: PublishPostInput!) {
  updatePost(input: $update) { post { id } userErrors { message } }
  publishPost(input: $publish) { post { id title version } userErrors { message } }
}`;

/** The variables of `RETITLE`. */
export function newTitle({ id, version }, title) {
  return { update: { id, expectedVersion: version, title }, publish: { id } };
}

/** A `fetch` that keeps what was sent: `{ fetch, sent }`, with method, url and body of each request. */
export function watchedFetch() {
  const sent = [];
  const watched = (url, options = {}) => {
    const body = options.body && JSON.parse(options.body);
    sent.push({ method: options.method ?? 'GET', url: new URL(url), body });
    return fetch(url, options);
  };
  return { fetch: watched, sent };
}

/** A post that is not public yet. */
export async function draftPost(token, title) {
  return (await done(CREATE, { input: await postInput(token, { title }) }, token)).createPost.post;
}

export const PUBLISH = `mutation ($input: PublishPostInput!) {
  publishPost(input: $input) { post { id title } userErrors { message } }
}`;

/** The first of an iterator's values that meets a condition. */
export async function firstOf(values, isWanted) {
  for (;;) {
    const { done: isOver, value } = await values.next();
    assert.ok(!isOver, 'it ended before');
    if (isWanted(value)) return value;
  }
}
