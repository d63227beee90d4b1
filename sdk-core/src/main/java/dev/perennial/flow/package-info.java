/** Streams as {@link java.util.concurrent.Flow} publishers. */
@NullMarked
package dev.perennial.flow;

import org.jspecify.annotations.NullMarked;
