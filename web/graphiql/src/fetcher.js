const ENDPOINT = '/graphql';

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
 * GraphiQL learns an operation's name a moment after it was typed; whoever runs
 * the query at once would otherwise send the name of the one typed over.
 */
export function withFittingName({ operationName, ...rest }) {
  const names = rest.query.matchAll(/\b(?:query|mutation|subscription)\s+([_A-Za-z]\w*)/g);
  const fits = [...names].some(([, name]) => name === operationName);
  return fits ? { ...rest, operationName } : rest;
}

/** Sends one operation; the server answers failed requests in JSON as well. */
export async function fetcher(params, { headers } = {}) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...lowercased(meaningfulHeaders(headers)),
    },
    body: JSON.stringify(withFittingName(params)),
  });
  const body = await response.text();
  try {
    return JSON.parse(body);
  } catch {
    const message = `The server answered ${response.status} ${response.statusText}, and not in JSON.`;
    return { errors: [{ message, extensions: { body: body.slice(0, 2000) } }] };
  }
}

// A user's "Content-Type" must replace our "content-type", not join it.
function lowercased(headers) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
