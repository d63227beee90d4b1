/**
 * Internal: the control protocol, through which clients in other processes run the rules over HTTP
 * and JSON. {@code docs/conformance-protocol.md} documents it.
 */
@NullMarked
package dev.perennial.conformance.remote;

import org.jspecify.annotations.NullMarked;
