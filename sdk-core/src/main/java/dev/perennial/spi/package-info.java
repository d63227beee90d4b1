/** What a transport, a cursor store or a network monitor implements. */
@NullMarked
package dev.perennial.spi;

import org.jspecify.annotations.NullMarked;
