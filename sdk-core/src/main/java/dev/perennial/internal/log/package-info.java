/**
 * What a subscription writes to the program's log without being asked.
 *
 * <p>Belongs here: what is worth which line, and where lines go by default. Does not belong here:
 * what is reported to callbacks. Refers to no other internal package.
 */
@NullMarked
package dev.perennial.internal.log;

import org.jspecify.annotations.NullMarked;
