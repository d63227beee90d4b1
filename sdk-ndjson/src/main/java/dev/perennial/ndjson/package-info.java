/** Newline-delimited JSON. */
@NullMarked
package dev.perennial.ndjson;

import org.jspecify.annotations.NullMarked;
