/** The HTTP exchange that streaming transports share. */
@NullMarked
package dev.perennial.http;

import org.jspecify.annotations.NullMarked;
