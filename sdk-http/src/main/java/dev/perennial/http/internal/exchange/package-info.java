/**
 * Opens a stream with an HTTP exchange: makes the request, waits for names and credentials, follows
 * redirects and checks the response. What reads the stream afterwards is in {@code
 * dev.perennial.http}; what bounds an attempt and the connections below are in {@code
 * http.internal.attempt} and {@code http.internal.connection}.
 */
@NullMarked
package dev.perennial.http.internal.exchange;

import org.jspecify.annotations.NullMarked;
