/** The code of the guide: each region stands in a page of {@code docs/guide}. */
@NullMarked
package dev.perennial.examples.guide;

import org.jspecify.annotations.NullMarked;
