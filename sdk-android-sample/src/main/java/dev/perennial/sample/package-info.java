/** A live feed: what an app over Perennial and {@code dev.perennial.android} looks like. */
@NullMarked
package dev.perennial.sample;

import org.jspecify.annotations.NullMarked;
