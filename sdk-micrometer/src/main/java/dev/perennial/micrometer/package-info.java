/** Metrics of subscriptions, with Micrometer. */
@NullMarked
package dev.perennial.micrometer;

import org.jspecify.annotations.NullMarked;
