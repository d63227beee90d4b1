/**
 * Internal: sockets, threads, real time, buffers and argument checks, which the servers and the
 * proxy share. Depends on no other package of the testkit.
 */
@NullMarked
package dev.perennial.testkit.internal;

import org.jspecify.annotations.NullMarked;
