/**
 * Internal: a server of HTTP/2 on a raw socket, for faults that a correct server cannot cause.
 *
 * <p>It knows frames and header blocks. What it does with a request is up to its handler.
 */
@NullMarked
package dev.perennial.conformance.http2;

import org.jspecify.annotations.NullMarked;
