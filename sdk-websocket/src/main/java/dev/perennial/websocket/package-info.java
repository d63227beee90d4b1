/**
 * The WebSocket transport: {@link dev.perennial.websocket.WebSockets} describes a stream, {@link
 * dev.perennial.websocket.WebSocketSender} sends on it.
 *
 * <p>What belongs here: the handshake's own headers, frames and messages (RFC 6455), compression
 * (RFC 7692), and the two queues between them and the engine. What does not: the HTTP exchange of
 * the handshake, which all transports share ({@code dev.perennial.http}), and everything that
 * happens between connections, which is the engine's.
 *
 * <p>An open connection has these threads:
 *
 * <ul>
 *   <li>The engine thread, one per subscription, makes the handshake, takes messages and calls
 *       handlers and consumers.
 *   <li>The reader thread, {@code perennial-websocket-reader-N}, reads the socket and answers pings
 *       for as long as the connection lives. It ends last and closes the socket.
 *   <li>The sending thread, {@code perennial-websocket-writer-N}, exists only while there is
 *       something to send, and for one second more.
 *   <li>The timer thread, shared by all subscriptions, queues pings and cuts connections whose
 *       closing handshake takes too long.
 * </ul>
 */
@NullMarked
package dev.perennial.websocket;

import org.jspecify.annotations.NullMarked;
