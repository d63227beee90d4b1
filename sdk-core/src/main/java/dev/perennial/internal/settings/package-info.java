/**
 * What one subscription is set up with: immutable values that the public options are turned into.
 *
 * <p>Belongs here: settings that the engine reads. Does not belong here: behavior. Refers to {@code
 * internal.retry}, {@code internal.resume} and {@code internal.time} for the types of settings.
 */
@NullMarked
package dev.perennial.internal.settings;

import org.jspecify.annotations.NullMarked;
