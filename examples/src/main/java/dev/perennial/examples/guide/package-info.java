/** The code of the guide: a page of {@code docs/guide} shows each region. */
@NullMarked
package dev.perennial.examples.guide;

import org.jspecify.annotations.NullMarked;
