/** Finds the cursor, the id and the kind of each event with the caller's functions. */
@NullMarked
package dev.perennial.internal.classify;

import org.jspecify.annotations.NullMarked;
