// The server audits of the `graphql-http` package: all of the GraphQL over HTTP specification, MUST,
// SHOULD and MAY, each audit a test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';

const audits = serverAudits({ url: `${process.env.IMPRENTA_ORIGIN}/graphql` });

test('there are as many audits as this release has', () => {
  assert.equal(audits.length, 61);
});

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    if (result.status === 'ok') return;
    // A warning or a notice is a failure here, too.
    const { status, headers } = result.response;
    assert.fail(`${result.status}: ${result.reason}; got ${status} ${headers.get('content-type')}`);
  });
}
