/**
 * Internal: how a {@link dev.perennial.testkit.FakeEventLog} is written to one client, as
 * server-sent events, as lines of JSON, or over a WebSocket.
 */
@NullMarked
package dev.perennial.testkit.internal.wire;

import org.jspecify.annotations.NullMarked;
