/**
 * Opens a stream with an HTTP exchange: makes the request, waits for names and credentials, follows
 * redirects and checks the response. What reads the stream afterwards is in {@code
 * dev.perennial.http}.
 */
@NullMarked
package dev.perennial.http.internal.exchange;

import org.jspecify.annotations.NullMarked;
