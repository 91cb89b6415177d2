import { Kind, parse } from 'graphql';
import { createClient } from 'graphql-ws';

const ENDPOINT = '/graphql';
/** As src/http/cookies.rs sets it. */
const CSRF_COOKIE = '__Host-imprenta-csrf';

/**
 * Leaves out headers which say nothing: an empty value, or an authorization
 * scheme without its credentials. The editor opens with such a placeholder,
 * and a server rightly refuses an empty bearer token.
 */
export function meaningfulHeaders(headers = {}) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => {
      const text = String(value ?? '').trim();
      if (text === '') return false;
      return !(name.toLowerCase() === 'authorization' && /^(bearer|basic)$/i.test(text));
    }),
  );
}

/**
 * The operation to run: the one of that name, or the only one; `undefined` for a text that is not
 * GraphQL. GraphiQL itself learns what stands in the editor a moment after it was typed: whoever
 * runs it at once would send the name of the operation that was typed over, and would not be known
 * to subscribe.
 */
function operationToRun({ query, operationName }) {
  let definitions;
  try {
    ({ definitions } = parse(query));
  } catch {
    return undefined;
  }
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const named = operations.find(({ name }) => name?.value === operationName);
  return named ?? (operations.length === 1 ? operations[0] : undefined);
}

/**
 * Whoever is logged in by cookies has to repeat the readable one, which proves that a
 * page of this site asks. The server wants it for mutations; with a query it does no harm.
 */
export function csrfHeader(cookies) {
  const start = `${CSRF_COOKIE}=`;
  const cookie = cookies.split('; ').find((text) => text.startsWith(start));
  return cookie ? { 'x-csrf-token': cookie.slice(start.length) } : {};
}

/** Runs one operation: a subscription over WebSocket, anything else by a request. */
export function fetcher(params, { headers } = {}) {
  const own = lowercased(meaningfulHeaders(headers));
  const operation = operationToRun(params);
  const request = { ...params, operationName: operation?.name?.value };
  return operation?.operation === 'subscription' ? follow(request, own) : ask(request, own);
}

/** The server answers failed requests in JSON as well. */
async function ask(request, own) {
  const send = () => post(request, own);
  let response = await send();
  const byCookie = !('authorization' in own) && 'x-csrf-token' in csrfHeader(document.cookie);
  if (response.status === 401 && byCookie) response = await inTurn(() => renewed(send));
  try {
    return JSON.parse(response.text);
  } catch {
    const message = `The server answered ${response.status} ${response.statusText}, and not in JSON.`;
    return { errors: [{ message, extensions: { body: response.text.slice(0, 2000) } }] };
  }
}

/** The answers to a subscription, as they come. The connection ends with it. */
function follow(request, { authorization }) {
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql/ws`,
    connectionParams: authorization ? { authorization } : {},
    // What the server refuses is shown, and not asked for again and again.
    retryAttempts: 0,
  });
  return client.iterate(request);
}

/** Reads every answer whole: one that is let go of is a broken request to the browser. */
async function post(request, headers) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...csrfHeader(document.cookie),
      ...headers,
    },
    body: JSON.stringify(request),
  });
  const { status, statusText } = response;
  return { status, statusText, text: await response.text() };
}

/** Renews a session whose access token has ended, and sends a request again. */
async function renewed(send) {
  const again = await send();
  // Another tab has renewed it meanwhile.
  if (again.status !== 401) return again;
  await post({ query: 'mutation { refreshSession { userErrors { code } } }' }, {});
  return send();
}

/** Runs for one tab at a time: a refresh token that two of them use ends the session. */
function inTurn(work) {
  return navigator.locks ? navigator.locks.request('imprenta-session', work) : work();
}

// A user's "Content-Type" must replace our "content-type", not join it.
function lowercased(headers) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
