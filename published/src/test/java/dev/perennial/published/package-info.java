/** Tests of the artifacts that the build publishes, as files. */
@NullMarked
package dev.perennial.published;

import org.jspecify.annotations.NullMarked;
