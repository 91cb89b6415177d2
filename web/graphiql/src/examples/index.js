import { authorPages } from './author-pages.js';
import { createPost } from './create-post.js';
import { editPost } from './edit-post.js';
import { editWithConflict } from './edit-with-conflict.js';
import { followChanges } from './follow-changes.js';
import { EXAMPLE_HEADERS } from './headers.js';
import { history } from './history.js';
import { latestPosts } from './latest-posts.js';
import { logIn } from './log-in.js';
import { onePage } from './one-page.js';
import { publishPost } from './publish-post.js';
import { restoreRevision } from './restore-revision.js';
import { searchPosts } from './search-posts.js';

/** From reading to writing, publishing and undoing: each goes on from the one before it. */
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

/** What a frontend asks for, each for itself. */
const READING = [onePage, authorPages, searchPosts, followChanges];

/** The tabs of a first visit. */
export const EXAMPLE_TABS = [...WALK, ...READING].map((example) => ({ ...example, headers: EXAMPLE_HEADERS }));
