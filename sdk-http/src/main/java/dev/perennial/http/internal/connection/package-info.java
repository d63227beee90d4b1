/**
 * The connections below a stream: pools of their own, sockets that count what is read, tunnels
 * through proxies, and how often a request may be sent over them. Refers to nothing else of HTTP.
 */
@NullMarked
package dev.perennial.http.internal.connection;

import org.jspecify.annotations.NullMarked;
