/**
 * The transport for newline-delimited JSON: {@link dev.perennial.ndjson.Ndjson} describes a stream.
 *
 * <p>What belongs here: the two framings, by lines and by lengths, and the check that an event is
 * one JSON value. What does not: the HTTP exchange, which all transports share ({@code
 * dev.perennial.http}), and everything that happens between connections, which is the engine's.
 */
@NullMarked
package dev.perennial.ndjson;

import org.jspecify.annotations.NullMarked;
