/** A live feed: a sample of an app that uses Perennial and {@code dev.perennial.android}. */
@NullMarked
package dev.perennial.sample;

import org.jspecify.annotations.NullMarked;
