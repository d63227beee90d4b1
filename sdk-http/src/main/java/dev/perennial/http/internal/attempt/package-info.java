/**
 * What bounds one attempt to open a stream: its time, its cancellation, code of the caller that may
 * hang or throw, and the failure that it ends with. Refers to {@code http.internal.message}.
 */
@NullMarked
package dev.perennial.http.internal.attempt;

import org.jspecify.annotations.NullMarked;
