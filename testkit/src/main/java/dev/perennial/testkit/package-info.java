/**
 * For tests of code that uses streams: virtual time, transports that play a script, servers on this
 * machine that commit faults, a proxy that does what bad networks do, and recorders.
 *
 * <p>{@link dev.perennial.testkit.VirtualTime} and {@link dev.perennial.testkit.ScriptedTransport}
 * run a whole subscription on the test's thread. {@link dev.perennial.testkit.FakeEventLog} is the
 * stream of a {@link dev.perennial.testkit.FakeStreamServer}, over SSE, NDJSON or WebSocket. {@link
 * dev.perennial.testkit.LoopbackServer} answers with any bytes. {@link
 * dev.perennial.testkit.ChaosProxy} works in front of any server.
 *
 * <p>This package holds the public API, and the few classes that only one public class uses. The
 * sub-packages of {@code internal} are not exported: {@code wire} writes a log's events in each
 * format, {@code proxy} forwards the bytes of a proxy, and {@code internal} itself has the sockets,
 * threads and buffers below them, and depends on nothing else here.
 */
@NullMarked
package dev.perennial.testkit;

import org.jspecify.annotations.NullMarked;
