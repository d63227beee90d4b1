/**
 * The parts of HTTP messages: headers, dates, URLs, content types and codings, and what a message
 * to users may show of them. Nothing here sends or waits.
 */
@NullMarked
package dev.perennial.http.internal.message;

import org.jspecify.annotations.NullMarked;
