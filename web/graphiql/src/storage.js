import { EXAMPLE_HEADERS } from './examples/headers.js';

// GraphiQL's history records the headers of each run, even when told not to
// persist headers. A token must not end up on disk that way.
const HISTORY_KEYS = new Set(['graphiql:queries', 'graphiql:favorites']);
const JSON_KEYS = new Set([...HISTORY_KEYS, 'graphiql:tabState']);

// A text which is given to something called a password, a token or a secret, in GraphQL
// or in JSON. While it is typed, its last quote may be missing. Names are bounded, so that
// no text takes long: this runs as people type.
const NAME = /(?:password|token|secret)\w{0,40}"?\s{0,40}:\s{0,40}(?:[\w!]{1,40}\s{0,40}=\s{0,40})?/;
const TEXT = /"""[\s\S]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*"?/;
const SECRET = new RegExp(`(${NAME.source})(?:${TEXT.source})`, 'gi');

/** The text of an operation or of its variables, with nothing between the quotes of secrets. */
export function withoutSecrets(text) {
  return text.replace(SECRET, '$1""');
}

/** What may be written to disk: an operation that logs in has a password in it. */
export function storable(name, value) {
  if (!JSON_KEYS.has(name)) return withoutSecrets(value);
  return JSON.stringify(JSON.parse(value), (key, part) => {
    if (key === 'headers' && HISTORY_KEYS.has(name)) return EXAMPLE_HEADERS;
    return typeof part === 'string' ? withoutSecrets(part) : part;
  });
}

function ownKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith('graphiql:'));
}

/**
 * The browser's own storage, with request headers and secrets kept out of it. Other pages
 * of the site share it, so that clearing removes GraphiQL's entries only.
 */
export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, storable(key, value)),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ownKeys().length;
  },
};
