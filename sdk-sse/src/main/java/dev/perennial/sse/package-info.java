/**
 * The transport for Server-Sent Events: {@link dev.perennial.sse.Sse} describes a stream.
 *
 * <p>What belongs here: the parser of the format (WHATWG HTML, 9.2.5 and 9.2.6). What does not: the
 * HTTP exchange, which all transports share ({@code dev.perennial.http}), and everything that
 * happens between connections, which is the engine's.
 */
@NullMarked
package dev.perennial.sse;

import org.jspecify.annotations.NullMarked;
