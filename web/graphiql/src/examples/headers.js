/** The headers editor takes JSON with comments, so it can explain itself. */
export const EXAMPLE_HEADERS = `{
  // Published content needs no token. To log in, run the
  // mutation logIn with cookies: true. Or put an access
  // token or an API key after "Bearer "; while there is
  // none, this header is not sent. Reloading forgets it.
  "Authorization": "Bearer "
}
`;
