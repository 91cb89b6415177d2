import { createPost } from './create-post.js';
import { editPost } from './edit-post.js';
import { editWithConflict } from './edit-with-conflict.js';
import { EXAMPLE_HEADERS } from './headers.js';
import { history } from './history.js';
import { latestPosts } from './latest-posts.js';
import { logIn } from './log-in.js';
import { publishPost } from './publish-post.js';
import { restoreRevision } from './restore-revision.js';

const WALK = [
  latestPosts,
  logIn,
  createPost,
  editPost,
  editWithConflict,
  publishPost,
  history,
  restoreRevision,
];

/** The tabs of a first visit: a walk from reading to writing, publishing and undoing. */
export const EXAMPLE_TABS = WALK.map((example) => ({ ...example, headers: EXAMPLE_HEADERS }));
