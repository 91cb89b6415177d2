import { EXAMPLE_HEADERS } from './example.js';

// GraphiQL's history records the headers of each run, even when told not to
// persist headers. A token must not end up on disk that way.
const HISTORY_KEYS = new Set(['graphiql:queries', 'graphiql:favorites']);

function withoutHeaders(json) {
  return JSON.stringify(JSON.parse(json), (key, value) =>
    key === 'headers' ? EXAMPLE_HEADERS : value,
  );
}

function ownKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith('graphiql:'));
}

/**
 * The browser's own storage, with request headers kept out of it. Other pages of
 * the site share it, so that clearing removes GraphiQL's entries only.
 */
export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) =>
    localStorage.setItem(key, HISTORY_KEYS.has(key) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ownKeys().length;
  },
};
