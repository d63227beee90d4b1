/** This SDK and other clients, as {@code ClientUnderTest}s of the conformance kit. */
@NullMarked
package dev.perennial.subjects;

import org.jspecify.annotations.NullMarked;
