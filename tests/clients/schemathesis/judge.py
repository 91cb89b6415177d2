"""What schemathesis is to call a server error here: its own judgement knows fewer codes."""

import os

import schemathesis

# What a client can do something about. The other codes are failures of the server's.
CLIENT_CODES = {
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "FORBIDDEN",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "NOT_FOUND",
    "OPERATION_RESOLUTION_FAILURE",
    "RATE_LIMITED",
    "TOO_COMPLEX",
}
# A visitor is told to log in. The admin's session would have ended, and the rest of the run be idle.
if os.environ["RUN_AS"] == "a visitor":
    CLIENT_CODES.add("UNAUTHENTICATED")


@schemathesis.check
def answered_as_graphql(ctx, response, case):
    assert response.status_code < 500, f"status {response.status_code}"
    answer = response.json()
    assert answer.keys() <= {"data", "errors", "extensions"}, f"keys {sorted(answer)}"
    for error in answer.get("errors", []):
        code = error.get("extensions", {}).get("code")
        assert code in CLIENT_CODES, f"{code}: {error['message']}"
