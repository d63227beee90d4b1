/** JSON decoding with Jackson. */
@NullMarked
package dev.perennial.json;

import org.jspecify.annotations.NullMarked;
