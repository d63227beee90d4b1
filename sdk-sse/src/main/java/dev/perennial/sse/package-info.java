/** Server-Sent Events. */
@NullMarked
package dev.perennial.sse;

import org.jspecify.annotations.NullMarked;
