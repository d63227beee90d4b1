/** JSON decoding with Jackson 3. Its entry is {@link dev.perennial.jackson3.Jackson3}. */
@NullMarked
package dev.perennial.jackson3;

import org.jspecify.annotations.NullMarked;
