/**
 * Internal: the connections of a {@link dev.perennial.testkit.ChaosProxy}, and what shapes them.
 */
@NullMarked
package dev.perennial.testkit.internal.proxy;

import org.jspecify.annotations.NullMarked;
