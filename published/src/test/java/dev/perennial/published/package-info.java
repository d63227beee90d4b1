/** The files that are published, looked at as they are. */
@NullMarked
package dev.perennial.published;

import org.jspecify.annotations.NullMarked;
