// The password begins empty, since that is what storage.js makes of any.
export const logIn = {
  query: `# Logs you in: the tabs after this one change content.
#
# Put your e-mail address and your password between
# the quotes in "Variables" below, and press
# Ctrl+Enter. The password is not kept. No account
# yet? On the server, the command "imprenta user
# create" makes one.

mutation LogIn($email: String!, $password: String!) {
  # Cookies that no script can read: nothing to copy.
  logIn(input: { email: $email, password: $password, cookies: true }) {
    session {
      user {
        name
        role
        # The profile that you write under, if you have one.
        author {
          id
          name
        }
      }
    }
    # Why not, if session is null.
    userErrors {
      message
    }
  }
}
`,
  variables: `{
  "email": "you@example.org",
  "password": ""
}
`,
};
