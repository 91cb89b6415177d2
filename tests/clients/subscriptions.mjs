// What is subscribed to in the sessions over WebSocket and over server-sent events.
import { firstOf } from './blog.mjs';

export const CHANGES = `subscription ($since: String) {
  changes(since: $since) {
    cursor
    changes { kind id node { __typename ... on Post { title status } } }
  }
}`;
export const POST_CHANGED = 'subscription ($post: ID!) { postChanged(post: $post) { kind post { title } } }';
export const POST_PUBLISHED = 'subscription { postPublished { id title } }';

/**
 * Begins to follow all changes: `{ cursor, changeOf }`, once the server has begun. The sessions share
 * the blog, so `changeOf` waits for one of the object with that id and passes the others over.
 */
export async function follow(answers) {
  const greeting = await firstOf(answers, () => true);
  const changeOf = async (id) => {
    const isOfIt = (change) => change.id === id;
    const answer = await firstOf(answers, ({ data }) => data.changes.changes.some(isOfIt));
    return answer.data.changes.changes.find(isOfIt);
  };
  return { cursor: greeting.data.changes.cursor, changeOf };
}
