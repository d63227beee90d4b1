/** Text as bytes. Knows nothing of JSON, lines or HTTP. */
@NullMarked
package dev.perennial.http.internal.text;

import org.jspecify.annotations.NullMarked;
