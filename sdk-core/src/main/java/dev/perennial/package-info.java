/** Subscriptions that survive: what an application uses. */
@NullMarked
package dev.perennial;

import org.jspecify.annotations.NullMarked;
