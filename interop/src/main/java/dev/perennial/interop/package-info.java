/** Streams in other libraries, as users write them. A test runs each program. */
@NullMarked
package dev.perennial.interop;

import org.jspecify.annotations.NullMarked;
