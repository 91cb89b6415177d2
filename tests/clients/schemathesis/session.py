"""Runs schemathesis twice against the server in the environment: as a visitor, and as an admin."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ENDPOINT = f"{os.environ['IMPRENTA_ORIGIN']}/graphql"
PROGRAM = Path(sys.executable).with_name("schemathesis")

# What ends the session that the run has.
ENDS_SESSION = "^Mutation[.](logOut|logOutEverywhere|changePassword|resetPassword|deactivateUser|updateUser)$"


def access_token():
    given = {"email": os.environ["IMPRENTA_EMAIL"], "password": os.environ["IMPRENTA_PASSWORD"]}
    query = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } } }"
    body = json.dumps({"query": query, "variables": {"input": given}}).encode()
    request = urllib.request.Request(ENDPOINT, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"]["logIn"]["session"]["accessToken"]


def run(who, *options):
    print(f"schemathesis, as {who}", flush=True)
    # The seed makes a run repeatable.
    bounds = ["--phases=fuzzing", "--max-examples=10", "--seed=20260601", "--generation-database=none"]
    command = [PROGRAM, "run", ENDPOINT, "--checks=answered_as_graphql", "--warnings=off", *bounds, *options]
    # It begins with what failed before, which it keeps in its folder.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command, cwd=folder, env={**os.environ, "RUN_AS": who}).returncode


token = access_token()
results = [
    run("a visitor"),
    run("an admin", f"--header=Authorization: Bearer {token}", f"--exclude-name-regex={ENDS_SESSION}"),
]
sys.exit(max(results))
