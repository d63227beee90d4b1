/** The stream in other libraries, as users write it. Each program is run by a test. */
@NullMarked
package dev.perennial.interop;

import org.jspecify.annotations.NullMarked;
